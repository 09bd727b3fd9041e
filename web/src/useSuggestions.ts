import { computed, onScopeDispose, watch, type Ref } from 'vue'

import * as api from './api.ts'
import { useAnswer } from './useAnswer.ts'

const pause = 200 // ms: between the letters of somebody who types on

/** What may be meant by the letters typed so far, as far as `fits` lets it through. */
export function useSuggestions(
  text: Ref<string>,
  fits: (suggestion: api.Suggestion) => boolean = () => true,
) {
  const { answer, ask } = useAnswer<api.Suggestion[]>()
  let timer = 0

  watch(text, (typed) => {
    window.clearTimeout(timer)
    const q = typed.trim()
    if (!q || answer.value?.some((one) => one.label === q)) return

    timer = window.setTimeout(() => {
      void ask(async (asking) => (await api.suggest(q, asking)).filter(fits))
    }, pause)
  })

  onScopeDispose(() => window.clearTimeout(timer))

  const suggestions = computed(() => answer.value ?? [])

  /** Each word once, for the browser's own list. */
  const options = computed(() =>
    suggestions.value
      .filter((one, at, all) => all.findIndex((other) => other.label === one.label) === at)
      .map((one) => ({ value: one.label, detail: one.detail ?? undefined })),
  )

  return { suggestions, options }
}
