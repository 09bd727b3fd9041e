import { describe, expect, it } from 'vitest'
import { effectScope } from 'vue'

import { Problem } from '../src/problem.ts'
import { useAnswer } from '../src/useAnswer.ts'

function held<T>() {
  let give!: (value: T) => void
  let fail!: (reason: unknown) => void
  const promise = new Promise<T>((resolve, reject) => {
    give = resolve
    fail = reject
  })
  return { promise, give, fail }
}

describe('one question to the server', () => {
  it('shows loading, then the answer', async () => {
    const scope = effectScope()
    const { status, answer, ask } = scope.run(() => useAnswer<number>())!
    const first = held<number>()
    const asked = ask(() => first.promise)

    expect(status.value).toBe('loading')
    first.give(7)
    expect(await asked).toBe(true)
    expect([status.value, answer.value]).toEqual(['ready', 7])
    scope.stop()
  })

  it('drops an answer that was overtaken, and tells its request to end', async () => {
    const scope = effectScope()
    const { answer, status, ask } = scope.run(() => useAnswer<string>())!
    const slow = held<string>()
    let leave!: AbortSignal
    const first = ask(({ signal }) => {
      leave = signal
      return slow.promise
    })
    const second = ask(async () => 'new')

    expect(leave.aborted).toBe(true)
    slow.give('old')
    expect(await first).toBe(false)
    expect(await second).toBe(true)
    expect([status.value, answer.value]).toEqual(['ready', 'new'])
    scope.stop()
  })

  it('keeps the last answer beside a failure, and can be asked again', async () => {
    const scope = effectScope()
    const { answer, status, problem, ask } = scope.run(() => useAnswer<string>())!
    await ask(async () => 'one')
    await ask(async () => {
      throw new Problem(503, 'database_unavailable')
    })

    expect([status.value, answer.value, problem.value?.status]).toEqual(['failed', 'one', 503])
    await ask(async () => 'two')
    expect([status.value, answer.value, problem.value]).toEqual(['ready', 'two', undefined])
    scope.stop()
  })

  it('says nothing more once its page is gone', async () => {
    const scope = effectScope()
    const { status, ask } = scope.run(() => useAnswer<string>())!
    const never = held<string>()
    let leave!: AbortSignal
    const asked = ask(({ signal }) => {
      leave = signal
      return never.promise
    })
    scope.stop()

    expect(leave.aborted).toBe(true)
    never.fail(new DOMException('left', 'AbortError'))
    expect(await asked).toBe(false)
    expect(status.value).toBe('loading')
  })

  it('shows that a busy server is being waited for', async () => {
    const scope = effectScope()
    const { wait, ask } = scope.run(() => useAnswer<string>())!
    const later = held<string>()
    const asked = ask(({ waiting }) => {
      waiting!({ seconds: 2, attempt: 1 })
      return later.promise
    })

    expect(wait.value).toEqual({ seconds: 2, attempt: 1 })
    const overtaking = ask(async () => 'new')
    expect(wait.value).toBeUndefined()
    later.give('old')
    await Promise.all([asked, overtaking])
    expect(wait.value).toBeUndefined()
    scope.stop()
  })
})
