// @vitest-environment happy-dom

import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import ReadAloud from '../../src/components/base/ReadAloud.vue'
import { breaths, hush } from '../../src/speech.ts'
import { routerAt } from './router.ts'

class Utterance {
  lang = ''
  rate = 1
  onend: (() => void) | null = null
  onerror: (() => void) | null = null
  constructor(readonly text: string) {}
}

const spoken: Utterance[] = []
const voice = { speak: (one: Utterance) => void spoken.push(one), cancel: vi.fn() }

beforeEach(() => {
  spoken.length = 0
  voice.cancel.mockReset()
  vi.stubGlobal('speechSynthesis', voice)
  vi.stubGlobal('SpeechSynthesisUtterance', Utterance)
  document.documentElement.lang = 'zh-CN'
  document.body.innerHTML =
    '<main><h1>找律师</h1><p>先说<span class="hidden">看不见的</span>什么事。再选地区！</p><select><option>浙江</option></select></main><div id="app"></div>'
})

afterEach(() => {
  hush()
  vi.unstubAllGlobals()
})

async function button(path = '/') {
  const router = await routerAt(path)
  const tool = mount(ReadAloud, { attachTo: '#app', global: { plugins: [router] } })
  return { tool, router }
}

describe('reading aloud', () => {
  it('reads the page in order, sentence by sentence, and can be stopped', async () => {
    const { tool } = await button()
    await tool.get('button').trigger('click')

    expect(spoken.map((one) => one.text)).toEqual(['找律师', '先说什么事。', '再选地区！'])
    expect(spoken[0]!.lang).toBe('zh-CN')
    expect(tool.text()).toBe('停止朗读')

    voice.cancel.mockReset()
    await tool.get('button').trigger('click')
    expect(voice.cancel).toHaveBeenCalledOnce()
    expect(tool.text()).toBe('朗读本页')
  })

  it('is over with the last sentence', async () => {
    const { tool } = await button()
    await tool.get('button').trigger('click')
    spoken[spoken.length - 1]!.onend!()
    await tool.vm.$nextTick()
    expect(tool.text()).toBe('朗读本页')
  })

  it('is not ended by what was cut off before', async () => {
    const { tool } = await button()
    await tool.get('button').trigger('click')
    const old = spoken[0]!
    await tool.get('button').trigger('click')
    await tool.get('button').trigger('click')
    old.onerror!()
    await tool.vm.$nextTick()
    expect(tool.text()).toBe('停止朗读')
  })

  it('falls silent when the page changes', async () => {
    const { tool, router } = await button()
    await tool.get('button').trigger('click')
    await router.push('/organizations')
    await tool.vm.$nextTick()
    expect(tool.text()).toBe('朗读本页')
  })

  it('is not offered where the browser cannot speak', async () => {
    vi.unstubAllGlobals()
    Reflect.deleteProperty(window, 'speechSynthesis')
    const { tool } = await button()
    expect(tool.find('button').exists()).toBe(false)
  })

  it('takes breath in long sentences, and skips what has no words', () => {
    const long = `${'他说了很久，'.repeat(40)}完了。`
    const parts = breaths(`${long}\n——\n12348`)

    expect(parts.join('')).toBe(`${long}12348`)
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(121)
  })
})
