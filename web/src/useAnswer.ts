import { onScopeDispose, ref, shallowRef } from 'vue'

import { Problem, problemOfFailure } from './problem.ts'

export type Status = 'idle' | 'loading' | 'ready' | 'failed'

/**
 * The state of one question to the server, for a template to show.  Asking
 * again, or leaving the page, drops the answer that was under way.
 */
export function useAnswer<T>() {
  const status = ref<Status>('idle')
  const answer = shallowRef<T>()
  const problem = shallowRef<Problem>()
  let asking: AbortController | undefined

  /** True when the answer arrived, false when it failed or was overtaken. */
  async function ask(question: (leave: AbortSignal) => Promise<T>): Promise<boolean> {
    asking?.abort()
    const mine = new AbortController()
    asking = mine
    status.value = 'loading'
    problem.value = undefined

    try {
      const arrived = await question(mine.signal)
      if (asking !== mine) return false
      answer.value = arrived
      status.value = 'ready'
      return true
    } catch (failure) {
      if (asking !== mine) return false
      problem.value = problemOfFailure(failure)
      status.value = 'failed'
      return false
    }
  }

  onScopeDispose(() => {
    const last = asking
    asking = undefined
    last?.abort()
  })

  return { status, answer, problem, ask }
}
