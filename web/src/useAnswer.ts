import { onScopeDispose, ref, shallowRef } from 'vue'

import type { Asking, Wait } from './api.ts'
import { Problem, problemOfFailure } from './problem.ts'

export type Status = 'idle' | 'loading' | 'ready' | 'failed'

/**
 * The state of one question to the server, for a template to show.  Asking
 * again, or leaving the page, drops the answer that was under way.  `wait` is
 * set while a busy server is given time before the next attempt.
 */
export function useAnswer<T>() {
  const status = ref<Status>('idle')
  const answer = shallowRef<T>()
  const problem = shallowRef<Problem>()
  const wait = shallowRef<Wait>()
  let leaving: AbortController | undefined

  /** True when the answer arrived, false when it failed or was overtaken. */
  async function ask(question: (asking: Asking) => Promise<T>): Promise<boolean> {
    leaving?.abort()
    const mine = new AbortController()
    leaving = mine
    status.value = 'loading'
    problem.value = undefined
    wait.value = undefined

    try {
      const arrived = await question({
        signal: mine.signal,
        waiting: (told) => {
          if (leaving === mine) wait.value = told
        },
      })
      if (leaving !== mine) return false
      answer.value = arrived
      status.value = 'ready'
      return true
    } catch (failure) {
      if (leaving !== mine) return false
      problem.value = problemOfFailure(failure)
      status.value = 'failed'
      return false
    }
  }

  onScopeDispose(() => {
    const last = leaving
    leaving = undefined
    last?.abort()
  })

  return { status, answer, problem, wait, ask }
}
