// @vitest-environment happy-dom

import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

let QuickExit: typeof import('../../src/components/base/QuickExit.vue').default
const replace = vi.fn()

beforeEach(async () => {
  document.head.innerHTML = '<base href="http://localhost/legal/">'
  document.title = '家里的事'
  vi.resetModules()
  vi.spyOn(window.location, 'replace').mockImplementation(replace)
  QuickExit = (await import('../../src/components/base/QuickExit.vue')).default
})

afterEach(() => {
  replace.mockReset()
  vi.useRealTimers()
  vi.restoreAllMocks()
  document.documentElement.className = ''
})

function press(key: string) {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
}

describe('the quick exit', () => {
  it('goes dark at once and puts another page in its place', async () => {
    window.sessionStorage.setItem('seen', 'family')
    const exit = mount(QuickExit, { attachTo: document.body })
    await exit.get('a').trigger('click')

    expect(replace).toHaveBeenCalledExactlyOnceWith('http://localhost/legal/leave.html')
    expect(document.documentElement.className).toBe('leaving')
    expect(document.title).toBe('')
    expect(window.sessionStorage.length).toBe(0)
    exit.unmount()
  })

  it('works by Escape, three times in a row', () => {
    const exit = mount(QuickExit)
    press('Escape')
    press('Escape')
    press('a')
    press('Escape')
    expect(replace).not.toHaveBeenCalled()

    press('Escape')
    press('Escape')
    expect(replace).toHaveBeenCalledOnce()
    exit.unmount()
  })

  it('does not take three slow ones for a wish', () => {
    vi.useFakeTimers()
    const exit = mount(QuickExit)
    for (let time = 0; time < 6; time++) {
      press('Escape')
      vi.advanceTimersByTime(800)
    }
    expect(replace).not.toHaveBeenCalled()
    exit.unmount()
  })

  it('is deaf on other pages', () => {
    mount(QuickExit).unmount()
    for (let time = 0; time < 4; time++) press('Escape')
    expect(replace).not.toHaveBeenCalled()
  })

  it('brings the front page when somebody comes back to it', async () => {
    const exit = mount(QuickExit, { attachTo: document.body })
    await exit.get('a').trigger('click')
    const back = Object.assign(new Event('pageshow'), { persisted: true })
    window.dispatchEvent(back)

    expect(replace).toHaveBeenLastCalledWith('http://localhost/legal/')
    exit.unmount()
  })
})

describe('whoever is signed in', () => {
  const beacon = vi.fn(() => true)

  beforeEach(() => {
    beacon.mockClear()
    Object.defineProperty(navigator, 'sendBeacon', { value: beacon, configurable: true })
    window.localStorage.clear()
  })

  it('is signed out on the way, without waiting', async () => {
    window.localStorage.setItem('legalnet.session', 's1')
    const exit = mount(QuickExit, { attachTo: document.body })
    await exit.get('a').trigger('click')

    const [url, body] = beacon.mock.calls[0] as unknown as [string, Blob]
    expect(url).toBe('http://localhost/legal/api/v1/auth/sign-out')
    expect([body.type, await body.text()]).toEqual(['application/json', '{}'])
    expect(window.localStorage.getItem('legalnet.session')).toBeNull()
    expect(replace).toHaveBeenCalledOnce()
    exit.unmount()
  })

  it('leaves as fast where the browser refuses to send it', async () => {
    window.localStorage.setItem('legalnet.session', 's1')
    beacon.mockImplementation(() => {
      throw new Error('no JSON')
    })
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
    const exit = mount(QuickExit, { attachTo: document.body })
    await exit.get('a').trigger('click')
    expect(replace).toHaveBeenCalledExactlyOnceWith('http://localhost/legal/leave.html')
    exit.unmount()
  })

  it('nobody: nothing is sent', async () => {
    const exit = mount(QuickExit, { attachTo: document.body })
    await exit.get('a').trigger('click')
    expect(beacon).not.toHaveBeenCalled()
    exit.unmount()
  })
})
