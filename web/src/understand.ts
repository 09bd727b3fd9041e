/*
 * What somebody means by the words he wrote.  The search knows names, firms and
 * the names of matters; everyday words for a matter ("the boss does not pay")
 * and places are known to the suggestions, so they are asked first.
 */

import * as api from './api.ts'
import type { Filters } from './filters.ts'

const shortest = 2 // one character may begin anything

function isPlace(suggestion: api.Suggestion, q: string): boolean {
  return (
    suggestion.kind === 'region' &&
    suggestion.label.startsWith(q) &&
    suggestion.label.length - q.length <= 1
  )
}

/** The one meaning of the words, as conditions of a search. */
export function meaning(q: string, suggestions: api.Suggestion[]): Partial<Filters> {
  if (q.length < shortest) return { q }

  const first = suggestions[0]
  if (first?.kind === 'area') return { area: first.ref }
  const place = suggestions.find((one) => isPlace(one, q))
  return place ? { region: place.ref } : { q }
}

/** Without suggestions the words are looked for as they are. */
export async function understand(words: string, asking: api.Asking): Promise<Partial<Filters>> {
  const q = words.trim()
  if (q.length < shortest) return { q }
  try {
    return meaning(q, await api.suggest(q, asking))
  } catch {
    return { q }
  }
}
