// @vitest-environment happy-dom
/* A file of the page is gone: loaded anew after a release, and only then. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { reloadOnNewRelease } from '../src/release.ts'

const reload = vi.fn()
const page = (script: string) => `<html><script type="module" src="${script}"></script></html>`

reloadOnNewRelease()

function served(answer: () => Promise<Response>) {
  vi.stubGlobal('fetch', vi.fn(answer))
}

async function missing() {
  window.dispatchEvent(new Event('vite:preloadError', { cancelable: true }))
  await new Promise((resolve) => setTimeout(resolve, 20))
}

beforeEach(() => {
  window.sessionStorage.clear()
  const script = { getAttribute: () => './assets/index-old.js' } as unknown as Element
  vi.spyOn(document, 'querySelector').mockReturnValue(script)
  vi.spyOn(window.location, 'reload').mockImplementation(reload)
  reload.mockClear()
})
afterEach(() => vi.unstubAllGlobals())

it('loads the page anew when the server has another release', async () => {
  served(async () => new Response(page('./assets/index-new.js')))
  await missing()
  expect(reload).toHaveBeenCalledTimes(1)
})

it('does so once, not in a wheel', async () => {
  served(async () => new Response(page('./assets/index-new.js')))
  await missing()
  await missing()
  expect(reload).toHaveBeenCalledTimes(1)
})

it('leaves the page alone when the release is the same', async () => {
  served(async () => new Response(page('./assets/index-old.js')))
  await missing()
  expect(reload).not.toHaveBeenCalled()
})

it('leaves the page alone without a network, and when the server is ill', async () => {
  served(async () => Promise.reject(new TypeError('no network')))
  await missing()
  served(async () => new Response('away', { status: 503 }))
  await missing()
  expect(reload).not.toHaveBeenCalled()
})
