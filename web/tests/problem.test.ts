import { describe, expect, it } from 'vitest'

import { Problem, problemOf, problemOfFailure } from '../src/problem.ts'

function answer(status: number, headers: Record<string, string> = {}) {
  return new Response(null, { status, headers })
}

describe('a refused request', () => {
  it('keeps code, fields, number and waiting time', () => {
    const problem = problemOf(answer(422, { 'Retry-After': '3' }), {
      code: 'invalid_request',
      request_id: 'abc',
      errors: [{ name: 'region', in: 'query', code: 'unknown', message: 'No such region' }, 7],
    })

    expect(problem).toMatchObject({
      status: 422,
      code: 'invalid_request',
      requestId: 'abc',
      retryAfter: 3,
      retryable: false,
      fields: [{ name: 'region', code: 'unknown', message: 'No such region' }],
    })
  })

  it.each([undefined, null, 'Bad Gateway', [], { code: 7, errors: 'none' }])(
    'is understood when its body is %j',
    (body) => {
      const problem = problemOf(answer(502), body)
      expect(problem.code).toBe('http_502')
      expect(problem.fields).toEqual([])
    },
  )
})

describe('what a person reads', () => {
  it.each([
    [new Problem(0, 'unreachable'), true],
    [new Problem(0, 'timeout'), true],
    [new Problem(404, 'not_found'), false],
    [new Problem(422, 'invalid_request'), false],
    [new Problem(429, 'too_many_requests'), true],
    [new Problem(500, 'internal_error'), true],
    [new Problem(503, 'database_unavailable'), true],
  ])('%s says what happened, and what to do', (problem, retryable) => {
    expect(problem.sentence).toMatch(/。$/)
    expect(problem.advice).toContain('12348')
    expect(problem.sentence + problem.advice).not.toMatch(/[a-z_]{3,}/)
    expect(problem.retryable).toBe(retryable)
  })

  it('names the conditions that were refused', () => {
    const fields = ['area', 'type', 'cursor'].map((name) => ({
      name,
      code: 'unknown',
      message: '',
    }))
    expect(new Problem(422, 'validation_failed', { fields }).sentence).toBe(
      '系统不认识这个条件：遇到了什么事、类别。',
    )
  })

  it('treats a thrown TypeError of fetch as a broken line', () => {
    expect(problemOfFailure(new TypeError('Failed to fetch'))).toMatchObject({ status: 0 })
    const known = new Problem(404, 'not_found')
    expect(problemOfFailure(known)).toBe(known)
  })
})
