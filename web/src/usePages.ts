/* A list of the server that grows page by page; a new question begins it anew. */

import { ref, shallowRef } from 'vue'

import type { Asking, Page } from './api.ts'
import { problemOfFailure, type Problem } from './problem.ts'
import { useAnswer } from './useAnswer.ts'

export function usePages<T>(
  question: (cursor: string | undefined, asking: Asking) => Promise<Page<T>>,
) {
  const items = shallowRef<T[]>([])
  const next = ref<string | null>(null)
  const growing = ref(false)
  const grownProblem = shallowRef<Problem>()
  const { status, problem, wait, ask } = useAnswer<Page<T>>()
  let turn = 0

  /** From the first page on. */
  async function load(): Promise<boolean> {
    turn++
    grownProblem.value = undefined
    return ask(async (asking) => {
      const page = await question(undefined, asking)
      items.value = page.items
      next.value = page.next
      return page
    })
  }

  async function more() {
    if (growing.value || !next.value) return
    const mine = turn
    growing.value = true
    grownProblem.value = undefined
    try {
      const page = await question(next.value, { signal: new AbortController().signal })
      if (mine !== turn) return
      items.value = [...items.value, ...page.items]
      next.value = page.next
    } catch (failure) {
      if (mine === turn) grownProblem.value = problemOfFailure(failure)
    } finally {
      growing.value = false
    }
  }

  return { items, next, status, problem, wait, growing, grownProblem, load, more }
}
