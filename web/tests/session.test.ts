// @vitest-environment happy-dom
/* Who is signed in, as the pages see it. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { network, type Network } from './network.ts'

let line: Network
let session: typeof import('../src/session.ts')

const replace = vi.fn()
const slot = 'legalnet.session'
const citizen = {
  id: '1',
  kind: 'citizen',
  name: null,
  phone: '138****8000',
  session: 's1',
  must_change_password: false,
  factor: 'none',
  factor_required: false,
  factor_proved: false,
}

beforeEach(async () => {
  vi.resetModules()
  window.localStorage.clear()
  document.head.innerHTML = `<base href="${window.location.origin}/">`
  vi.spyOn(window.location, 'replace').mockImplementation(replace)
  replace.mockReset()
  line = network()
  line.answer('/api/v1/me', { body: citizen })
  session = await import('../src/session.ts')
})
afterEach(() => vi.restoreAllMocks())

describe('a visit', () => {
  it('of somebody who never signed in asks the server nothing', async () => {
    await session.restoreSession()
    expect(session.state.value).toBe('nobody')
    expect(line.requests).toEqual([])
  })

  it('of somebody who did asks who it is', async () => {
    window.localStorage.setItem(slot, 's1')
    await session.restoreSession()
    expect(session.state.value).toBe('somebody')
    expect(session.shownName.value).toBe('138****8000')
  })

  it('is nobody when the session has ended meanwhile, and forgets the note', async () => {
    window.localStorage.setItem(slot, 's1')
    line.answer('/api/v1/me', { status: 401, body: { code: 'token_stale' } })
    line.answer('/api/v1/auth/refresh', { status: 401, body: { code: 'refresh_refused' } })
    await session.restoreSession()
    expect(session.state.value).toBe('nobody')
    expect(window.localStorage.getItem(slot)).toBeNull()
  })

  it('signs nobody out because the line broke', async () => {
    window.localStorage.setItem(slot, 's1')
    line.answer('/api/v1/me', new TypeError('no network'))
    await session.restoreSession()
    expect(session.state.value).toBe('failed')
    expect(window.localStorage.getItem(slot)).toBe('s1')
  })
})

describe('the second step', () => {
  it.each([
    ['totp', true, 'prove'],
    ['certificate', true, 'prove'],
    ['none', true, 'enroll'],
    ['none', false, undefined],
  ])('of one with %s, asked for %s: %s', async (factor, factor_required, pending) => {
    line.answer('/api/v1/me', { body: { ...citizen, factor, factor_required } })
    await session.loadSession()
    expect(session.pending.value).toBe(pending)
  })
})

describe('the language that one chose', () => {
  const asked = () => line.requests.filter(({ method }) => method === 'PUT')

  it('is kept for the notices of who is signed in', async () => {
    await session.loadSession()
    line.answer('/api/v1/me', { body: { ...citizen, locale: 'en', version: 2 } })
    await session.keepLocale('en')
    expect(asked()).toHaveLength(1)
    expect(session.me.value?.locale).toBe('en')
    await session.keepLocale('en')
    expect(asked()).toHaveLength(1)
  })

  it('is nobody else’s matter, and a broken line changes nothing', async () => {
    await session.keepLocale('en')
    expect(asked()).toEqual([])
    await session.loadSession()
    line.answer('/api/v1/me', new TypeError('no network'))
    await session.keepLocale('en')
    expect(session.shownName.value).toBe('138****8000')
  })
})

describe('the language of an account', () => {
  const put = () => line.requests.filter(({ method }) => method === 'PUT')
  let messages: typeof import('../src/messages.ts')

  const settled = async (wanted: string) => {
    await vi.waitFor(() => expect(messages.locale.value).toBe(wanted))
  }

  beforeEach(async () => {
    messages = await import('../src/messages.ts')
    line.answer('/api/v1/me', (request) => ({
      body: { ...citizen, locale: 'en', version: request.method === 'PUT' ? 3 : 2 },
    }))
  })
  afterEach(() => window.sessionStorage.clear())

  it('is spoken from the sign-in on', async () => {
    await session.loadSession()
    await settled('en')
    expect(window.localStorage.getItem('legalnet.locale')).toBe('en')
    expect(put()).toEqual([])
  })

  it('does not come back later against what was chosen since', async () => {
    window.localStorage.setItem(slot, 's1')
    await session.restoreSession()
    await session.loadSession()
    await new Promise((done) => setTimeout(done, 20))
    expect(messages.locale.value).toBe('zh-CN')
  })

  it.each([null, '', 'fr', 'x'])('that is %j changes nothing', async (locale) => {
    line.answer('/api/v1/me', { body: { ...citizen, locale, version: 2 } })
    await session.loadSession()
    await new Promise((done) => setTimeout(done, 20))
    expect(messages.locale.value).toBe('zh-CN')
  })

  it('gives way to what was chosen on the way in, and becomes that', async () => {
    let locale = 'en'
    line.answer('/api/v1/me', (request) => {
      if (request.method === 'PUT') locale = 'zh-CN'
      return { body: { ...citizen, locale, version: locale === 'en' ? 2 : 3 } }
    })
    await messages.setLocale('zh-CN')
    await session.keepLocale('zh-CN')
    await session.loadSession()
    await vi.waitFor(() => expect(session.me.value?.locale).toBe('zh-CN'))
    expect(put()).toHaveLength(1)
    expect(messages.locale.value).toBe('zh-CN')
  })

  it('gives way to it also by way of a provider', async () => {
    await session.keepLocale('zh-CN')
    session.expectSomebody()
    vi.resetModules()
    session = await import('../src/session.ts')
    messages = await import('../src/messages.ts')
    await session.restoreSession()
    await vi.waitFor(() => expect(put()).toHaveLength(1))
    expect(messages.locale.value).toBe('zh-CN')
  })

  it('gives way to a choice that is made while its texts are on the way', async () => {
    await session.loadSession()
    expect(await messages.setLocale('zh-CN')).toBe(true)
    await new Promise((done) => setTimeout(done, 50))
    expect(messages.locale.value).toBe('zh-CN')
  })

  it('is the next person’s own: what one chose goes with him', async () => {
    await session.keepLocale('zh-CN')
    await session.loadSession()
    await vi.waitFor(() => expect(put()).toHaveLength(1))
    const answers = { body: { ...citizen, locale: 'en', version: 2 } }
    line.answer('/api/v1/me', { status: 401, body: { code: 'token_stale' } })
    line.answer('/api/v1/auth/refresh', { status: 401, body: { code: 'refresh_refused' } })
    await session.loadSession()
    expect(session.state.value).toBe('nobody')
    line.answer('/api/v1/me', answers)
    await session.loadSession()
    await settled('en')
  })
})

describe('rights', () => {
  it('are those of the grants, and citizens have none', async () => {
    await session.loadSession()
    expect(session.may('account.read')).toBe(false)

    line.answer('/api/v1/me', { body: { ...citizen, kind: 'staff', name: 'li.min' } })
    line.answer('/api/v1/me/grants', {
      body: { items: [], next: null, permissions: [{ code: 'account.read' }] },
    })
    await session.loadSession()
    expect(session.shownName.value).toBe('li.min')
    expect(session.may('account.read')).toBe(true)
    expect(session.may('account')).toBe(false)
  })
})

describe('a sign-out', () => {
  beforeEach(async () => {
    line.answer('/api/v1/auth/sign-out', () => ({ status: 204, body: undefined }) as never)
    vi.stubGlobal('fetch', wrap(globalThis.fetch))
    await session.loadSession()
  })

  it('leaves nothing in the page, and leads out of it', async () => {
    await session.signOut()
    expect(session.me.value).toBeUndefined()
    expect(window.localStorage.getItem(slot)).toBeNull()
    expect(replace).toHaveBeenCalledWith(`${window.location.origin}/`)
  })

  it('that did not reach the server is not one', async () => {
    line.answer('/api/v1/auth/sign-out', new TypeError('no network'))
    await expect(session.signOut()).rejects.toMatchObject({ status: 0 })
    expect(session.me.value).toBeDefined()
    expect(replace).not.toHaveBeenCalled()
  })

  it('in another window is one here', async () => {
    session.watchSession()
    window.localStorage.removeItem(slot)
    window.dispatchEvent(Object.assign(new Event('storage'), { key: slot }))
    expect(session.state.value).toBe('nobody')
    expect(session.me.value).toBeUndefined()
  })

  it('is seen by a page that the browser had kept', async () => {
    session.watchSession()
    window.localStorage.removeItem(slot)
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
    expect(session.me.value).toBeUndefined()
  })
})

/** An answer without content, which the line of the tests cannot say. */
function wrap(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const answer = await send(input, init)
    return answer.ok && (input as Request).method !== 'GET'
      ? new Response(null, { status: 204 })
      : answer
  }
}
