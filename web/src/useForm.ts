/*
 * What every form does: check before sending, say what is wrong beside each input and
 * once above all, keep what was typed, never send twice at once.
 */

import { computed, reactive, ref, shallowRef, type Ref } from 'vue'

import { newKey } from './idempotency.ts'
import { t } from './messages.ts'
import { problemOfFailure, type Problem } from './problem.ts'

export type Errors<Field extends string> = Partial<Record<Field, string>>

interface Sending<Field extends string> {
  /** What is wrong before anything is sent. */
  check?: () => Errors<Field>
  /** `key` stays the same while what is sent stays the same. */
  send: (key: string) => Promise<unknown>
  /** Beside which input a refusal belongs that names none; nothing: above all. */
  explain?: (refusal: Problem) => Errors<Field> | undefined
}

/** `labels` names the inputs, in the order of the page: `<prefix>-<field>` are their ids. */
export function useForm<Field extends string>(prefix: string, labels: Record<Field, () => string>) {
  const fields = Object.keys(labels) as Field[]
  const errors = ref({}) as Ref<Errors<Field>>
  const problem = shallowRef<Problem>()
  const sending = ref(false)
  const refused = ref(0) // counts, so that who watches sees every refusal
  let key = ''
  let keyOf: unknown

  const id = (field: Field) => `${prefix}-${field}`

  const listed = computed(() =>
    fields
      .filter((field) => errors.value[field])
      .map((field) => ({ input: id(field), text: errors.value[field]! })),
  )

  /** The server's words about each input, after the input's own name. */
  function placed(refusal: Problem): Errors<Field> {
    const found: Errors<Field> = {}
    for (const { name, message } of refusal.fields) {
      const field = fields.filter((one) => one === name)[0]
      if (field) found[field] = t('field.refused', { label: labels[field](), why: message })
    }
    return found
  }

  function show(found: Errors<Field>): boolean {
    errors.value = found
    const any = fields.some((field) => found[field])
    if (any) refused.value++
    return any
  }

  /** A key for what is sent now: the same words sent again have the same. */
  function keyFor(words: unknown): string {
    const text = JSON.stringify(words)
    if (text !== keyOf) {
      keyOf = text
      key = newKey()
    }
    return key
  }

  /** True when it was sent and accepted. */
  async function submit({ check, send, explain }: Sending<Field>, words?: unknown) {
    if (sending.value) return false
    problem.value = undefined
    if (show(check ? check() : {})) return false

    sending.value = true
    try {
      await send(keyFor(words))
      keyOf = undefined
      return true
    } catch (failure) {
      const refusal = problemOfFailure(failure)
      const said = (explain && explain(refusal)) || placed(refusal)
      if (!show(said)) problem.value = refusal
      return false
    } finally {
      sending.value = false
    }
  }

  return reactive({ id, errors, problem, sending, refused, listed, submit })
}

/** What FormSheet shows of a form. */
export interface FormState {
  problem?: Problem
  sending: boolean
  refused: number
  listed: { input: string; text: string }[]
}
