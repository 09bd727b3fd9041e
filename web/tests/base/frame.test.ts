// @vitest-environment happy-dom

import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import SiteFooter from '../../src/components/SiteFooter.vue'
import SiteHeader from '../../src/components/SiteHeader.vue'
import * as elderMode from '../../src/elder.ts'
import { routerAt } from './router.ts'

async function header(path: string) {
  return mount(SiteHeader, { global: { plugins: [await routerAt(path)] } })
}

beforeEach(() => {
  vi.restoreAllMocks()
  window.localStorage.clear()
  elderMode.restoreElderMode()
})

describe('the header', () => {
  it('lists the pages that name themselves, in the order of the routes', async () => {
    const links = (await header('/')).findAll('nav a')

    expect(links.map((link) => link.text())).toEqual(['找人', '找机构'])
    expect(links.map((link) => link.attributes('aria-current'))).toEqual([undefined, undefined])
  })

  it('knows which page it stands on, also on a page below', async () => {
    for (const path of ['/organizations', '/organizations/7']) {
      const current = (await header(path)).findAll('nav [aria-current=page]')
      expect(current.map((link) => link.text())).toEqual(['找机构'])
    }
  })

  it('always has the hotline', async () => {
    expect((await header('/')).find('a[href="tel:12348"]').exists()).toBe(true)
  })
})

describe('the footer', () => {
  it('lists its pages and the hotline', async () => {
    const footer = mount(SiteFooter, { global: { plugins: [await routerAt('/')] } })

    expect(footer.findAll('nav a').map((link) => link.attributes('href'))).toEqual(['/developers'])
    expect(footer.find('a[href="tel:12348"]').exists()).toBe(true)
  })
})

describe('the elder mode', () => {
  const mode = () => document.documentElement.getAttribute('data-mode')

  it('is switched in the header and remembered', async () => {
    const site = await header('/')
    const button = () => site.findAll('button').find((one) => one.text().includes('长辈版'))!
    expect(button().text()).toBe('长辈版')

    await button().trigger('click')
    expect(mode()).toBe('elder')
    expect(button().text()).toBe('退出长辈版')

    document.documentElement.removeAttribute('data-mode')
    elderMode.restoreElderMode()
    expect(mode()).toBe('elder')

    await button().trigger('click')
    expect(mode()).toBeNull()
    elderMode.restoreElderMode()
    expect(mode()).toBeNull()
  })

  it('works where storage is refused', () => {
    const refuse = () => {
      throw new DOMException('refused', 'SecurityError')
    }
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(refuse)

    elderMode.toggleElderMode()
    expect(mode()).toBe('elder')
    elderMode.restoreElderMode()
    expect(mode()).toBeNull()
  })
})
