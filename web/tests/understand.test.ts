// @vitest-environment happy-dom

import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { Suggestion } from '../src/api.ts'
import { network, type Network } from './network.ts'

let line: Network
let words: typeof import('../src/understand.ts')

const asking = { signal: new AbortController().signal }
const one = (kind: Suggestion['kind'], ref: string, label: string): Suggestion => ({
  kind,
  ref,
  label,
  detail: null,
})

beforeEach(async () => {
  line = network()
  document.head.innerHTML = '<base href="http://localhost/">'
  vi.resetModules()
  words = await import('../src/understand.ts')
})

describe('what somebody means', () => {
  it.each<[string, Suggestion[], object]>([
    ['拖欠工资', [one('area', 'wage_arrears', '欠薪讨薪')], { area: 'wage_arrears' }],
    ['温州', [one('region', '330300', '温州市')], { region: '330300' }],
    ['温州市', [one('region', '330300', '温州市')], { region: '330300' }],
    ['温州', [one('region', '330300004', '温州经济技术开发区')], { q: '温州' }],
    ['张伟', [one('practitioner', '7', '张伟'), one('area', 'x', '张')], { q: '张伟' }],
    ['没有', [], { q: '没有' }],
    ['法', [one('area', 'x', '法律')], { q: '法' }],
  ])('%s', (q, suggestions, meant) => {
    expect(words.meaning(q, suggestions)).toEqual(meant)
  })

  it('is asked of the server, without the blanks around it', async () => {
    line.answer('/api/v1/suggest', { body: { items: [one('area', 'divorce', '离婚')] } })
    expect(await words.understand('  离婚 ', asking)).toEqual({ area: 'divorce' })
    expect(new URL(line.requests[0]!.url).searchParams.get('q')).toBe('离婚')
  })

  it('is the words themselves when the server cannot say', async () => {
    line.answer('/api/v1/suggest', { status: 503, body: { code: 'busy' } })
    expect(await words.understand('离婚', asking)).toEqual({ q: '离婚' })
    expect(await words.understand(' ', asking)).toEqual({ q: '' })
  })
})
