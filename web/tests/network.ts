/*
 * A line to the server for component tests: what leaves is noted, what comes back
 * is said by the test.  The real server answers in tests/browser.
 */

import { vi } from 'vitest'

type Answer = { status?: number; body: unknown; headers?: Record<string, string> } | Error

export interface Network {
  requests: Request[]
  answer: (path: string, answer: Answer | ((request: Request) => Answer)) => void
}

export function network(): Network {
  const answers = new Map<string, Answer | ((request: Request) => Answer)>()
  const requests: Request[] = []

  vi.stubGlobal('fetch', async (input: Request | string) => {
    const request = new Request(input)
    requests.push(request)
    const said = answers.get(new URL(request.url).pathname)
    const answer = typeof said === 'function' ? said(request) : said
    if (answer === undefined) throw new Error(`nobody answers ${request.url}`)
    if (answer instanceof Error) throw answer
    const status = answer.status ?? 200

    return new Response(JSON.stringify(answer.body), {
      status,
      headers: {
        'Content-Type': status < 400 ? 'application/json' : 'application/problem+json',
        ...answer.headers,
      },
    })
  })

  return { requests, answer: (path, answer) => void answers.set(path, answer) }
}
