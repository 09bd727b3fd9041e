// @vitest-environment happy-dom
/* A machine that many use: warned, hidden, and opened again with the password. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { network, type Network } from './network.ts'

let line: Network
let idle: typeof import('../src/idle.ts')
let session: typeof import('../src/session.ts')
let renewal: typeof import('../src/renewal.ts')

const who = { id: '1', kind: 'citizen', phone: '138****8000', session: 's1', factor: 'none' }

beforeEach(async () => {
  vi.resetModules()
  vi.useFakeTimers({ toFake: ['Date'] })
  window.localStorage.clear()
  document.head.innerHTML = `<base href="${window.location.origin}/">`
  line = network()
  line.answer('/api/v1/me', { body: who })
  line.answer('/api/v1/auth/refresh', { body: { session: 's1', expires_in: 120 } })
  renewal = await import('../src/renewal.ts')
  session = await import('../src/session.ts')
  idle = await import('../src/idle.ts')
  await session.loadSession()
  renewal.noteRenewal(120)
})
afterEach(() => vi.useRealTimers())

const after = (seconds: number) => {
  vi.setSystemTime(Date.now() + seconds * 1000)
  idle.checkIdle()
}

describe('a shared machine', () => {
  it('warns a minute before, and locks', () => {
    after(500)
    expect([idle.lockIn.value, session.state.value]).toEqual([0, 'somebody'])
    after(45)
    expect(idle.lockIn.value).toBeGreaterThan(0)
    after(60)
    expect([idle.lockIn.value, session.state.value]).toEqual([0, 'locked'])
  })

  it('stays open while somebody is there, in whichever window', () => {
    after(550)
    idle.stay()
    expect(idle.lockIn.value).toBe(0)
    after(500)
    window.localStorage.setItem('legalnet.active', String(Date.now()))
    after(400)
    expect(session.state.value).toBe('somebody')
  })

  it('stays locked after a reload', async () => {
    after(700)
    vi.resetModules()
    const again = await import('../src/session.ts')
    const before = line.requests.length
    await again.restoreSession()
    expect(again.state.value).toBe('locked')
    expect(line.requests.length).toBe(before)
  })

  it('opens with the password, and shows what stood there', async () => {
    after(700)
    line.answer('/api/v1/auth/unlock', {
      status: 422,
      body: { code: 'validation_failed', errors: [{ name: 'password', code: 'password_wrong' }] },
    })
    await expect(session.unlock('no')).rejects.toMatchObject({ status: 422 })
    expect(session.state.value).toBe('locked')
    line.answer('/api/v1/auth/unlock', { body: { session: 's1', expires_in: 120 } })
    await session.unlock('yes')
    expect(session.state.value).toBe('somebody')
    expect(window.localStorage.getItem('legalnet.locked')).toBeNull()
    after(1)
    expect(session.state.value, 'not locked again at the next look').toBe('somebody')
    after(500)
    expect(session.state.value).toBe('somebody')
    after(200)
    expect(session.state.value).toBe('locked')
  })

  it('counts from the sign-in, however long the page had stood there', async () => {
    line.answer('/api/v1/me', { status: 401, body: { code: 'sign_in_required' } })
    line.answer('/api/v1/auth/refresh', { status: 401, body: { code: 'refresh_refused' } })
    await session.loadSession()
    expect(session.state.value).toBe('nobody')
    after(3600)
    line.answer('/api/v1/me', { body: who })
    await session.loadSession()
    renewal.noteRenewal(120)
    after(1)
    expect(session.state.value).toBe('somebody')
  })

  it('forgets everybody when the session ended behind the lock', async () => {
    after(700)
    line.answer('/api/v1/auth/unlock', { status: 401, body: { code: 'refresh_refused' } })
    await session.unlock('yes')
    expect([session.state.value, session.me.value]).toEqual(['nobody', undefined])
  })
})

describe("one's own machine", () => {
  it('never locks', () => {
    renewal.noteRenewal(900)
    after(100_000)
    expect(session.state.value).toBe('somebody')
  })
})

describe('a second step', () => {
  it.each([
    [{ factor: 'totp', factor_required: false, factor_proved: false }, 'prove'],
    [{ factor: 'totp', factor_required: true, factor_proved: true }, undefined],
    [{ factor: 'none', factor_required: true, factor_proved: false }, 'enroll'],
    [{ factor: 'none', factor_required: false, factor_proved: false }, undefined],
    [{ factor: 'certificate', factor_required: true, factor_proved: true }, undefined],
  ])('of %j is %s', async (said, pending) => {
    line.answer('/api/v1/me', { body: { ...who, kind: 'citizen', ...said } })
    await session.loadSession()
    expect(session.pending.value).toBe(pending)
  })
})
