// @vitest-environment happy-dom
/* Tokens that grew old are renewed once, for all who wait, and in one window at a time. */

import { beforeEach, describe, expect, it, vi } from 'vitest'

import { network, type Network } from './network.ts'

let line: Network
let api: typeof import('../src/accountApi.ts')
let renewal: typeof import('../src/renewal.ts')
let stale: boolean

const ended = vi.fn()
const refusal = (code: string) => ({ status: 401, body: { code } })
const paths = () => line.requests.map(({ url, method }) => `${method} ${new URL(url).pathname}`)
const renewals = () => paths().filter((path) => path.endsWith('/auth/refresh')).length

beforeEach(async () => {
  vi.resetModules()
  window.localStorage.clear()
  document.head.innerHTML = `<base href="${window.location.origin}/">`
  line = network()
  stale = true
  ended.mockReset()
  api = await import('../src/accountApi.ts')
  renewal = await import('../src/renewal.ts')
  renewal.whenSessionEnds(ended)
  line.answer('/api/v1/me', () => (stale ? refusal('token_stale') : { body: { id: '1' } }))
  line.answer('/api/v1/me/sessions', () =>
    stale ? refusal('token_stale') : { body: { items: [], next: null } },
  )
  line.answer('/api/v1/auth/refresh', () => {
    stale = false
    return { body: { session: '1', expires_in: 900 } }
  })
})

describe('a request of somebody who is signed in', () => {
  it('is sent again after a renewal, and nobody notices', async () => {
    expect(await api.me()).toEqual({ id: '1' })
    expect(paths()).toEqual(['GET /api/v1/me', 'POST /api/v1/auth/refresh', 'GET /api/v1/me'])
    expect(ended).not.toHaveBeenCalled()
  })

  it('renews once more what was stale again, and then gives up', async () => {
    let renewed = 0
    line.answer('/api/v1/auth/refresh', () => {
      stale = ++renewed < 2
      return { body: { session: '1', expires_in: 900 } }
    })
    expect(await api.me()).toEqual({ id: '1' })
    expect(renewals()).toBe(2)

    line.answer('/api/v1/me', () => refusal('token_stale'))
    await expect(api.me()).rejects.toMatchObject({ code: 'token_stale' })
    expect(renewals()).toBe(4)
  })

  it('shares the renewal with all that wait', async () => {
    await Promise.all([api.me(), api.mySessions(), api.me(), api.mySessions()])
    expect(renewals()).toBe(1)
  })

  it('takes the cookies that another window has fetched meanwhile', async () => {
    line.answer('/api/v1/me', () => {
      if (!stale) return { body: { id: '1' } }
      stale = false
      window.localStorage.setItem('legalnet.renewed', String(Date.now() + 1))
      return refusal('token_stale')
    })
    await new Promise((resolve) => setTimeout(resolve, 5))
    await api.me()
    expect(renewals()).toBe(0)
  })

  it('says that the session is over when the renewal is refused', async () => {
    line.answer('/api/v1/auth/refresh', refusal('refresh_refused'))
    await expect(api.me()).rejects.toMatchObject({ status: 401, code: 'token_stale' })
    expect(ended).toHaveBeenCalledTimes(1)
    expect(renewals()).toBe(1)
  })

  it('locks the screen when nobody had used the session for long', async () => {
    const idle = vi.fn()
    renewal.whenSessionEnds(ended, idle)
    line.answer('/api/v1/auth/refresh', refusal('session_idle'))
    await expect(api.me()).rejects.toMatchObject({ status: 401 })
    expect([ended.mock.calls.length, idle.mock.calls.length]).toEqual([0, 1])
  })

  it('learns from the tokens whether, and when, the session locks', async () => {
    await api.me()
    expect(renewal.idleLimit()).toBe(0)
    renewal.noteRenewal(120)
    expect(renewal.idleLimit()).toBe(600)
  })

  it('does not take a broken line for the end of the session', async () => {
    line.answer('/api/v1/auth/refresh', new TypeError('no network'))
    await expect(api.me()).rejects.toMatchObject({ status: 0 })
    expect(ended).not.toHaveBeenCalled()
  })

  it('is not repeated for what a renewal cannot heal', async () => {
    line.answer('/api/v1/me', { status: 403, body: { code: 'forbidden' } })
    await expect(api.me()).rejects.toMatchObject({ code: 'forbidden' })
    expect(renewals()).toBe(0)
  })
})

describe('windows of one browser', () => {
  it('act one after the other, with locks and without', async () => {
    const { inOneWindow } = await import('../src/oneWindow.ts')
    for (const locks of [undefined, fakeLocks()]) {
      vi.stubGlobal('navigator', { ...window.navigator, locks })
      const said: string[] = []
      const act = (name: string) => async () => {
        said.push(`${name} begins`)
        await new Promise((resolve) => setTimeout(resolve, 30))
        said.push(`${name} ends`)
      }
      await Promise.all([inOneWindow('x', act('one')), inOneWindow('x', act('two'))])
      const [first, second] = said[0] === 'one begins' ? ['one', 'two'] : ['two', 'one']
      expect(said).toEqual([
        `${first} begins`,
        `${first} ends`,
        `${second} begins`,
        `${second} ends`,
      ])
      expect(window.localStorage.getItem('legalnet.lock.x')).toBeNull()
      vi.unstubAllGlobals()
    }
  })

  it('do not wait for one that was closed', async () => {
    const { inOneWindow } = await import('../src/oneWindow.ts')
    vi.stubGlobal('navigator', { ...window.navigator, locks: undefined })
    window.localStorage.setItem('legalnet.lock.y', `gone ${Date.now() - 11_000}`)
    expect(await inOneWindow('y', async () => 'done')).toBe('done')
    vi.unstubAllGlobals()
  })
})

function fakeLocks() {
  let last: Promise<unknown> = Promise.resolve()
  return {
    request: (_: string, act: () => Promise<unknown>) => (last = last.then(act, act)),
  }
}
