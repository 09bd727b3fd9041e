// @vitest-environment happy-dom
/* What stands in an entry half hidden, or is not public, can be taken away all the same. */

import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'

import HiddenPhone from '../src/components/staff/HiddenPhone.vue'
import OrganizationPicker from '../src/components/staff/OrganizationPicker.vue'
import { noPractice, phoneOf, withoutPhone } from '../src/components/staff/practice.ts'
import { openBook } from '../src/messages.ts'
import { Problem } from '../src/problem.ts'
import { nulled, useEdit } from '../src/useEdit.ts'

const organization = vi.hoisted(() => vi.fn<(id: string) => Promise<unknown>>())
vi.mock('../src/api.ts', async (load) => ({ ...(await load<object>()), organization }))

beforeAll(() => openBook('staff'))
beforeEach(() => {
  organization.mockReset()
  document.body.innerHTML = '<div id="app"></div>'
})

const hidden = '138****8000'

/** The field in a form, as the pages have it. */
function phoneField(shown: string | undefined) {
  const edit = useEdit({ ...noPractice() })
  const { typed } = edit
  typed.value.phone = phoneOf(shown ?? null)
  const form = mount(
    defineComponent(
      () => () =>
        h(HiddenPhone, {
          id: 'phone',
          label: '电话',
          shown,
          maxlength: '40',
          modelValue: typed.value.phone,
          'onUpdate:modelValue': (text: string) => (typed.value.phone = text),
          off: typed.value.phone_off,
          'onUpdate:off': (off: boolean) => (typed.value.phone_off = off),
        }),
    ),
    { attachTo: '#app' },
  )
  const sent = () => withoutPhone(edit.changes(), shown ?? null)
  return { form, sent }
}

describe('a hidden number', () => {
  it('stays when nothing is said of it', () => {
    const { form, sent } = phoneField(hidden)
    expect(form.text()).toContain(hidden)
    expect((form.get('#phone').element as HTMLInputElement).value).toBe('')
    expect(sent()).toEqual({})
  })

  it('is replaced by what is typed', async () => {
    const { form, sent } = phoneField(hidden)
    await form.get('#phone').setValue('13900139000')
    expect(sent()).toEqual({ phone: '13900139000' })
  })

  it('goes when that is ticked, whatever was typed before', async () => {
    const { form, sent } = phoneField(hidden)
    await form.get('#phone').setValue('13900139000')
    await form.get('#phone-off').setValue(true)
    expect(form.find('#phone').exists()).toBe(false)
    expect(sent()).toEqual({ phone: '' })
    await form.get('#phone-off').setValue(false)
    expect(sent()).toEqual({ phone: '13900139000' })
  })

  it('is nothing to take away where there is none, or where it is shown', () => {
    expect(phoneField(undefined).form.find('#phone-off').exists()).toBe(false)
    expect(withoutPhone({ phone_off: true }, null)).toEqual({})
    expect(withoutPhone({ phone: '12348', phone_off: true }, '0577-88001234')).toEqual({
      phone: '12348',
    })
  })
})

describe('the office', () => {
  it('that is not public can be left for none, which is sent as null', async () => {
    organization.mockRejectedValue(new Problem(404, 'not_found'))
    const chosen = ref('42')
    const picker = mount(
      defineComponent(
        () => () =>
          h(OrganizationPicker, {
            id: 'office',
            label: '所在机构',
            none: '不在任何机构',
            modelValue: chosen.value,
            'onUpdate:modelValue': (id: string) => (chosen.value = id),
          }),
      ),
      { attachTo: '#app' },
    )
    await flushPromises()
    const radios = picker.findAll<HTMLInputElement>('input[type=radio]')
    expect(radios.map((one) => [one.element.value, one.element.checked])).toEqual([
      ['42', true],
      ['', false],
    ])
    await radios[1]!.setValue()
    expect(chosen.value).toBe('')
    expect(nulled({ organization: chosen.value }, ['organization'])).toEqual({ organization: null })
    expect(picker.findAll('input[type=radio]')).toHaveLength(2)
  })
})
