/*
 * A few named values behind the '#' of the address: reload, bookmark and the back
 * button find them there, and no server sees them.
 */

import { computed, ref, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export function readHash<Name extends string>(
  hash: string,
  names: readonly Name[],
): Record<Name, string> {
  const said = new URLSearchParams(hash.replace(/^#/, ''))
  const found = {} as Record<Name, string>
  for (const name of names) found[name] = said.get(name) ?? ''
  return found
}

export function writeHash(values: Record<string, string>): string {
  const said = new URLSearchParams()
  for (const name of Object.keys(values)) if (values[name]) said.set(name, values[name]!)
  const text = said.toString()
  return text ? `#${text}` : ''
}

/** `typed` are the inputs; `asked` is what the address says, and changes with `go()`. */
export function useHashFields<Name extends string>(names: readonly Name[]) {
  const route = useRoute()
  const router = useRouter()
  const path = route.path
  const asked = computed(() => readHash(route.hash, names))
  const typed = ref({ ...asked.value }) as Ref<Record<Name, string>>

  watch(asked, (now) => {
    if (route.path === path) typed.value = { ...now }
  })

  function go() {
    const values = {} as Record<string, string>
    for (const name of names) values[name] = typed.value[name].trim()
    return router.push({ hash: writeHash(values) })
  }

  return { asked, typed, go }
}
