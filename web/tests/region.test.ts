// @vitest-environment happy-dom

import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { network, type Network } from './network.ts'

const list = (...regions: [string, string][]) => ({
  body: { items: regions.map(([code, name]) => ({ code, name })), next: null },
})

let line: Network
let RegionPicker: typeof import('../src/components/RegionPicker.vue').default

beforeEach(async () => {
  line = network()
  document.head.innerHTML = '<base href="http://localhost/">'
  vi.resetModules()
  RegionPicker = (await import('../src/components/RegionPicker.vue')).default
})

describe('the region picker', () => {
  it('opens one level after the other', async () => {
    line.answer('/api/v1/regions', list(['330000', '浙江省'], ['510000', '四川省']))
    const picker = mount(RegionPicker, {
      props: {
        id: 'r',
        modelValue: '',
        'onUpdate:modelValue': (code) => picker.setProps({ modelValue: code }),
      },
    })
    await flushPromises()
    expect(picker.findAll('select')).toHaveLength(1)

    line.answer('/api/v1/regions/330000', {
      body: { code: '330000', path: [{ code: '330000', name: '浙江省', level: 1 }] },
    })
    line.answer('/api/v1/regions', list(['330300', '温州市']))
    await picker.get('#r-0').setValue('330000')
    await flushPromises()

    expect(picker.emitted('update:modelValue')).toEqual([['330000']])
    expect(picker.findAll('select')).toHaveLength(2)
    expect(picker.get('#r-1').text()).toContain('温州市')
  })

  it('goes back to the level above when a level is cleared', async () => {
    const path = [
      { code: '330000', name: '浙江省', level: 1 },
      { code: '330300', name: '温州市', level: 2 },
    ]
    line.answer('/api/v1/regions/330300', { body: { code: '330300', path } })
    line.answer('/api/v1/regions', () => list(['330000', '浙江省'], ['330300', '温州市']))
    const picker = mount(RegionPicker, { props: { id: 'r', modelValue: '330300' } })
    await flushPromises()

    expect((picker.get('#r-1').element as HTMLSelectElement).value).toBe('330300')
    await picker.get('#r-1').setValue('')
    expect(picker.emitted('update:modelValue')).toEqual([['330000']])
  })

  it('says so when the list does not come, and asks again', async () => {
    line.answer('/api/v1/regions', { status: 500, body: { code: 'away' } })
    const picker = mount(RegionPicker, { props: { id: 'r', modelValue: '' } })
    await flushPromises()
    expect(picker.get('[role=alert]').text()).toContain('地区列表没有取到')

    line.answer('/api/v1/regions', list(['330000', '浙江省']))
    await picker.get('button').trigger('click')
    await flushPromises()
    expect(picker.find('[role=alert]').exists()).toBe(false)
    expect(picker.get('select').text()).toContain('浙江省')
  })
})
