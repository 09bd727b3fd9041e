// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { network, type Network } from './network.ts'

let line: Network
let api: typeof import('../src/api.ts')

beforeEach(async () => {
  line = network()
  document.documentElement.lang = 'zh-CN'
  document.head.innerHTML = '<base href="http://localhost/legal/">'
  vi.resetModules()
  api = await import('../src/api.ts')
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** Lets the pauses pass that a busy server asks for. */
async function patiently<T>(asked: Promise<T>): Promise<T> {
  asked.catch(() => undefined)
  await vi.advanceTimersByTimeAsync(60_000)
  return asked
}

describe('the network file', () => {
  it('asks below the path where the site is mounted, in the language of the page', async () => {
    line.answer('/legal/api/v1/practitioners', { body: { items: [], next: null } })
    await api.searchPractitioners({ q: '张 & 李', area: ['labor'], region: undefined })

    const asked = new URL(line.requests[0]!.url)
    expect(asked.pathname).toBe('/legal/api/v1/practitioners')
    expect(Array.from(asked.searchParams)).toEqual([
      ['q', '张 & 李'],
      ['area', 'labor'],
    ])
    expect(line.requests[0]!.headers.get('Accept-Language')).toBe('zh-CN')
  })

  it('turns a problem document into a Problem', async () => {
    line.answer('/legal/api/v1/practitioners/7', {
      status: 500,
      body: { status: 500, code: 'internal', request_id: 'r1' },
    })

    await expect(api.practitioner('7')).rejects.toMatchObject({
      status: 500,
      code: 'internal',
      requestId: 'r1',
    })
  })

  it('turns a broken line into a Problem without status', async () => {
    line.answer('/legal/api/v1/practitioners/7', new TypeError('Failed to fetch'))
    await expect(api.practitioner('7')).rejects.toMatchObject({ status: 0, code: 'unreachable' })
  })

  it('gives up a request whose page was left', async () => {
    const page = new AbortController()
    line.answer('/legal/api/v1/practitioners/7', () => {
      page.abort()
      return new DOMException('left', 'AbortError')
    })
    await expect(api.practitioner('7', { signal: page.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })

  it('remembers a vocabulary, but not that it could not be had', async () => {
    line.answer('/legal/api/v1/languages', { status: 503, body: { code: 'away' } })
    await expect(patiently(api.languages())).rejects.toMatchObject({ status: 503 })
    const before = line.requests.length

    line.answer('/legal/api/v1/languages', { body: { items: [{ code: 'ii', name: '彝语' }] } })
    expect(await api.languages()).toEqual([{ code: 'ii', name: '彝语' }])
    expect(await api.languages()).toHaveLength(1)
    expect(line.requests).toHaveLength(before + 1)
  })

  it('reads a long list of regions to its end', async () => {
    const pages = [
      { items: [{ code: '1' }, { code: '2' }], next: 'more' },
      { items: [{ code: '3' }], next: null },
    ]
    line.answer('/legal/api/v1/regions', () => ({ body: pages.shift() }))

    expect((await api.regions('330000')).map((one) => one.code)).toEqual(['1', '2', '3'])
    expect(new URL(line.requests[1]!.url).searchParams.get('cursor')).toBe('more')
  })
})

describe('a server that is busy', () => {
  const path = '/legal/api/v1/practitioners/7'
  const busy = { status: 503, body: { code: 'busy' } }

  /** Answers in turn, the last for ever. */
  function answers(...turns: { status?: number; body: unknown; headers?: object }[]) {
    line.answer(path, () => (turns.length > 1 ? turns.shift()! : turns[0]!) as { body: unknown })
  }

  it('is asked again when it said, and the one who waits is told', async () => {
    answers({ ...busy, headers: { 'Retry-After': '3' } }, { body: { id: '7' } })
    const told: (number | undefined)[] = []
    const asked = api.practitioner('7', {
      signal: new AbortController().signal,
      waiting: (wait) => told.push(wait?.seconds),
    })

    await vi.advanceTimersByTimeAsync(2900)
    expect(line.requests).toHaveLength(1)
    expect(told[0]).toBeGreaterThanOrEqual(3)
    expect(told[0]).toBeLessThan(4.6)
    await vi.advanceTimersByTimeAsync(2000)
    expect(await asked).toEqual({ id: '7' })
    expect(line.requests).toHaveLength(2)
    expect(told).toHaveLength(2)
    expect(told[1]).toBeUndefined()
  })

  it('is asked three times in all', async () => {
    answers({ status: 504, body: { code: 'timeout' } })
    await expect(patiently(api.practitioner('7'))).rejects.toMatchObject({ status: 504 })
    expect(line.requests).toHaveLength(3)
  })

  it('is not waited for when it would take long', async () => {
    answers({ ...busy, headers: { 'Retry-After': '30' } })
    await expect(api.practitioner('7')).rejects.toMatchObject({ status: 503, retryAfter: 30 })
    expect(line.requests).toHaveLength(1)
  })

  it('is not asked again by somebody who left', async () => {
    answers(busy)
    const page = new AbortController()
    const asked = api.practitioner('7', { signal: page.signal })
    asked.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(500)
    page.abort()
    await expect(patiently(asked)).rejects.toBeTruthy()
    expect(line.requests).toHaveLength(1)
  })

  it('gets nothing sent twice that it might have kept', async () => {
    line.answer(`${path}/reports`, busy)
    const sent = api.reportPractitioner('7', { field: 'name', message: 'no' }, 'k')
    await expect(patiently(sent)).rejects.toMatchObject({ status: 503 })
    expect(line.requests).toHaveLength(1)
  })

  it.each([400, 404, 422, 429, 500])('is not asked again after %d', async (status) => {
    answers({ status, body: { code: 'no' } })
    await expect(patiently(api.practitioner('7'))).rejects.toMatchObject({ status })
    expect(line.requests).toHaveLength(1)
  })
})
