/*
 * What stands in a record, what was typed over it, and the difference: only that is sent.
 * When the record is read anew, what was typed stays, and the rest follows.
 */

import { ref, type Ref } from 'vue'

type Value = string | boolean | readonly string[]
export type Changes<T> = { [Key in keyof T]?: T[Key] extends boolean ? boolean : string }

const same = (one?: Value, other?: Value) => JSON.stringify(one) === JSON.stringify(other)

export function useEdit<T extends Record<string, Value>>(empty: T) {
  const before = ref({ ...empty }) as Ref<T>
  const typed = ref({ ...empty }) as Ref<T>

  function take(now: T) {
    const kept = { ...now }
    for (const key of Object.keys(now) as (keyof T)[]) {
      if (!same(typed.value[key], before.value[key])) kept[key] = typed.value[key]
    }
    before.value = { ...now }
    typed.value = kept
  }

  /** After it was saved: nothing typed is left. */
  function settle(now: T) {
    before.value = { ...now }
    typed.value = { ...now }
  }

  /** Lists as the API takes them, with blanks between. */
  function changes(): Changes<T> {
    const found: Record<string, string | boolean> = {}
    for (const key of Object.keys(typed.value)) {
      const value = typed.value[key]!
      if (same(value, before.value[key]!)) continue
      if (typeof value === 'boolean') found[key] = value
      else found[key] = typeof value === 'string' ? value.trim() : value.join(' ')
    }
    return found as Changes<T>
  }

  return { typed, take, settle, changes }
}

/** What is no text is cleared by null, not by an empty text. */
export function nulled<T extends object>(changes: T, fields: readonly (keyof T)[]): T {
  const sent = { ...changes } as Record<keyof T, unknown>
  for (const field of fields) {
    if (sent[field] === '') sent[field] = null
  }
  return sent as T
}
