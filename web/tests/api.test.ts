// @vitest-environment happy-dom

import { beforeEach, describe, expect, it, vi } from 'vitest'

import { network, type Network } from './network.ts'

let line: Network
let api: typeof import('../src/api.ts')

beforeEach(async () => {
  line = network()
  document.documentElement.lang = 'zh-CN'
  document.head.innerHTML = '<base href="http://localhost/legal/">'
  vi.resetModules()
  api = await import('../src/api.ts')
})

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
      status: 503,
      body: { status: 503, code: 'database_unavailable', request_id: 'r1' },
    })

    await expect(api.practitioner('7')).rejects.toMatchObject({
      status: 503,
      code: 'database_unavailable',
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
    await expect(api.practitioner('7', page.signal)).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('remembers a vocabulary, but not that it could not be had', async () => {
    line.answer('/legal/api/v1/languages', { status: 503, body: { code: 'away' } })
    await expect(api.languages()).rejects.toMatchObject({ status: 503 })

    line.answer('/legal/api/v1/languages', { body: { items: [{ code: 'ii', name: '彝语' }] } })
    expect(await api.languages()).toEqual([{ code: 'ii', name: '彝语' }])
    expect(await api.languages()).toHaveLength(1)
    expect(line.requests).toHaveLength(2)
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
