// @vitest-environment happy-dom

import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'

import * as base from '../../src/components/base/index.ts'
import { routerAt } from './router.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('tabs within a page', () => {
  const tabs = [
    { id: 'a', text: '甲' },
    { id: 'b', text: '乙' },
    { id: 'c', text: '丙' },
  ]

  function set() {
    const panels = mount(base.TabPanels, {
      props: {
        label: '办事指南',
        tabs,
        modelValue: undefined,
        'onUpdate:modelValue': (id: string | undefined) => void panels.setProps({ modelValue: id }),
      },
      slots: { a: '甲的内容', b: '乙的内容', c: '丙的内容' },
      attachTo: document.body,
    })
    return panels
  }

  it('show one panel, and go by arrows, Home and End', async () => {
    const panels = set()
    const chosen = () => panels.get('[aria-selected=true]')
    const press = (key: string) => chosen().trigger('keydown', { key })

    expect(chosen().text()).toBe('甲')
    for (const [key, text] of [
      ['ArrowRight', '乙'],
      ['End', '丙'],
      ['ArrowRight', '甲'],
      ['ArrowLeft', '丙'],
      ['Home', '甲'],
    ]) {
      await press(key!)
      expect(chosen().text()).toBe(text)
      expect(document.activeElement).toBe(chosen().element)
    }
    expect(panels.findAll('[role=tab]').map((tab) => tab.attributes('tabindex'))).toEqual([
      '0',
      '-1',
      '-1',
    ])
    expect(panels.get('#b').isVisible()).toBe(false)
    panels.unmount()
  })

  it('open by a click, and their panels are named by them', async () => {
    const panels = set()
    await panels.findAll('[role=tab]')[1]!.trigger('click')

    expect(panels.get('#b').isVisible()).toBe(true)
    expect(panels.get('#b').attributes('aria-labelledby')).toBe('b-tab')
    panels.unmount()
  })
})

describe('what appears by itself', () => {
  it.each([
    [undefined, undefined],
    ['polite', 'status'],
    ['assertive', 'alert'],
  ] as const)('is said as urgently as it is: %s', (live, role) => {
    const notice = mount(base.NoticeBox, { props: { tone: 'warning', title: '还有 3 天', live } })
    expect(notice.attributes('role')).toBe(role)
    expect(notice.get('.notice-title').text()).toBe('注意：还有 3 天')
  })

  it('says that it takes long only when it does', async () => {
    vi.useFakeTimers()
    const loading = mount(base.LoadingNotice)
    expect(loading.text()).not.toContain('12348')

    await vi.advanceTimersByTimeAsync(7000)
    expect(loading.text()).toContain('12348')
  })

  it('tells when the network goes and comes', async () => {
    const line = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true)
    const notice = mount(base.OfflineNotice)
    expect(notice.text()).toBe('')

    line.mockReturnValue(false)
    window.dispatchEvent(new Event('offline'))
    await notice.vm.$nextTick()
    expect(notice.get('[role=status]').text()).toContain('没有网络')

    line.mockReturnValue(true)
    window.dispatchEvent(new Event('online'))
    await notice.vm.$nextTick()
    expect(notice.text()).toBe('')
  })
})

describe('a list', () => {
  it('asks for its next page once', async () => {
    const end = mount(base.LoadMore, { props: { shown: 20, more: true } })
    await end.get('button').trigger('click')
    await end.setProps({ loading: true })
    await end.get('button').trigger('click')

    expect(end.emitted('more')).toHaveLength(1)
    expect(end.get('button').attributes('aria-disabled')).toBe('true')
    await end.setProps({ more: false, loading: false })
    expect(end.find('button').exists()).toBe(false)
  })

  it('by pages leads on and back, and is not there without a way', async () => {
    const plugins = [await routerAt('/')]
    const links = mount(base.PageLinks, {
      props: { previous: null, next: '/organizations' },
      global: { plugins },
    })
    expect(links.findAll('a').map((link) => link.attributes('rel'))).toEqual(['next'])

    await links.setProps({ next: null })
    expect(links.find('nav').exists()).toBe(false)
  })
})

describe('what is to do', () => {
  it('says each state in words; what cannot begin yet is no link', async () => {
    const tasks = mount(base.TaskList, {
      props: {
        id: 'tasks',
        tasks: [
          { text: '您是谁', to: '/', state: 'done' },
          { text: '提交', to: '/', state: 'blocked' },
        ],
      },
      global: { plugins: [await routerAt('/')] },
    })
    expect(tasks.findAll('.tag').map((tag) => tag.text())).toEqual(['已经完成', '还不能开始'])
    expect(tasks.findAll('a').map((link) => link.text())).toEqual(['您是谁'])
    expect(tasks.get(`#${tasks.get('a').attributes('aria-describedby')}`).text()).toBe('已经完成')
  })

  it('in steps shows how far it has come', () => {
    const steps = mount(base.StepList, {
      props: {
        steps: [
          { title: '提交', state: 'done' },
          { title: '审查', state: 'current' },
          { title: '指派', state: 'later' },
        ],
      },
    })
    expect(steps.findAll('li').map((step) => step.attributes('aria-current'))).toEqual([
      undefined,
      'step',
      undefined,
    ])
    expect(steps.findAll('.step-state').map((state) => state.text())).toEqual([
      '已经完成',
      '正在办理',
      '还没有到',
    ])
  })
})

describe('a page that is not there', () => {
  it.each([
    ['missing', 0],
    ['failed', 1],
    ['offline', 1],
  ] as const)(
    '%s: leads home and to the hotline, and tries again where that helps',
    async (kind, n) => {
      const page = mount(base.ErrorPage, {
        props: { kind },
        global: { plugins: [await routerAt('/')] },
      })
      expect(page.find('a[href="/"]').exists()).toBe(true)
      expect(page.find('a[href="tel:12348"]').exists()).toBe(true)
      expect(page.findAll('button')).toHaveLength(n)
    },
  )
})
