// @vitest-environment happy-dom

import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'

import { CheckField, CheckGroup, DateField, ErrorSummary } from '../../src/components/base/index.ts'
import { RadioField, SearchBox, SelectField } from '../../src/components/base/index.ts'
import { TextAreaField, TextField } from '../../src/components/base/index.ts'
import { noDay } from '../../src/day.ts'

const common = { id: 'x', label: '问题', hint: '提示', error: '错了' }
const options = [
  { value: 'a', text: '甲', hint: '甲的说明' },
  { value: 'b', text: '乙' },
]

describe('a field', () => {
  it.each([
    ['TextField', TextField, 'input'],
    ['TextAreaField', TextAreaField, 'textarea'],
    ['SelectField', SelectField, 'select'],
  ])('%s names its input and describes it by hint and error', (_, component, tag) => {
    const field = mount(component as typeof TextField, { props: { ...common, modelValue: '' } })
    const input = field.get(tag)

    expect(field.get('label').attributes('for')).toBe(input.attributes('id'))
    expect(input.attributes('aria-describedby')!.split(' ').slice(0, 2)).toEqual([
      'x-hint',
      'x-error',
    ])
    expect(input.attributes('aria-invalid')).toBe('true')
    expect(field.get('#x-error').text()).toBe('错误：错了')
  })

  it('without hint and error points to nothing', () => {
    const field = mount(TextField, { props: { id: 'x', label: '问题', modelValue: '' } })
    const input = field.get('input')

    expect(input.attributes('aria-describedby')).toBeUndefined()
    expect(input.attributes('aria-invalid')).toBeUndefined()
  })

  it('passes on what else an input may carry', async () => {
    const field = mount(TextField, {
      props: { id: 'x', label: '手机号', optional: true, modelValue: '' },
      attrs: { type: 'tel', autocomplete: 'tel' },
    })
    await field.get('input').setValue('138')

    expect(field.get('input').attributes()).toMatchObject({ type: 'tel', autocomplete: 'tel' })
    expect(field.emitted('update:modelValue')).toEqual([['138']])
    expect(field.get('label').text()).toContain('可以不填')
  })

  it('of a long text counts characters as people do, and never cuts off', async () => {
    const field = mount(TextAreaField, {
      props: { id: 'x', label: '经过', limit: 5, modelValue: '𠮷野家' },
    })
    expect(field.get('#x-left').text()).toBe('还可以写 2 个字')

    await field.setProps({ modelValue: '一二三四五六七' })
    expect(field.get('#x-left').text()).toBe('多了 2 个字')
    expect(field.get('textarea').attributes('maxlength')).toBeUndefined()
  })

  it('of a choice is a group with a legend; its first input has the id', async () => {
    const field = mount(RadioField, { props: { ...common, options, modelValue: '' } })
    const group = field.get('fieldset')
    const inputs = field.findAll('input')

    expect(group.get('legend').text()).toBe('问题')
    expect(group.attributes('aria-describedby')).toBe('x-hint x-error')
    expect(inputs.map((input) => input.attributes('id'))).toEqual(['x', 'x-2'])
    expect(field.get('#x-says').text()).toBe('甲的说明')

    await inputs[1]!.setValue()
    expect(field.emitted('update:modelValue')).toEqual([['b']])
  })

  it('of several choices gathers them', async () => {
    const field = mount(CheckGroup, { props: { ...common, options, modelValue: ['a'] } })
    await field.findAll('input')[1]!.setValue(true)

    expect(field.emitted('update:modelValue')).toEqual([[['a', 'b']]])
  })

  it('of one yes is described by its error', async () => {
    const field = mount(CheckField, { props: { ...common, modelValue: false } })
    await field.get('input').setValue(true)

    expect(field.emitted('update:modelValue')).toEqual([[true]])
    expect(field.get('input').attributes('aria-describedby')).toBe('x-hint x-error')
  })

  it('of a list lets nothing be chosen only where that has a name', async () => {
    const field = mount(SelectField, {
      props: { id: 'x', label: '问题', options, empty: '不限', modelValue: 'a' },
    })
    expect(field.findAll('option').map((option) => option.text())).toEqual(['不限', '甲', '乙'])

    await field.setProps({ empty: undefined })
    expect(field.findAll('option').map((option) => option.text())).toEqual(['甲', '乙'])
  })
})

describe('a date field', () => {
  it('keeps what was typed in each part', async () => {
    const field = mount(DateField, {
      props: { ...common, birthday: true, modelValue: { ...noDay(), year: '1948' } },
    })
    await field.get('#x-month').setValue('1o')

    expect(field.emitted('update:modelValue')).toEqual([[{ year: '1948', month: '1o', day: '' }]])
    expect(field.findAll('label').map((label) => label.text())).toEqual(['年', '月', '日'])
    expect(field.get('#x').attributes('autocomplete')).toBe('bday-year')
  })

  it('marks the parts that are wrong, and all of them when nothing is said', async () => {
    const field = mount(DateField, { props: { ...common, wrong: ['month'], modelValue: noDay() } })
    const marked = () => field.findAll('input').map((input) => input.attributes('aria-invalid'))
    expect(marked()).toEqual([undefined, 'true', undefined])

    await field.setProps({ wrong: undefined })
    expect(marked()).toEqual(['true', 'true', 'true'])
  })
})

describe('the error summary', () => {
  it('takes the focus, and leads to the input with its question in sight', async () => {
    document.body.innerHTML =
      '<div id="app"></div><div class="field"><label for="phone">手机号</label><input id="phone"></div>'
    const summary = mount(ErrorSummary, {
      props: { errors: [{ input: 'phone', text: '请填写手机号' }] },
      attachTo: '#app',
    })
    const seen = vi.fn()
    document.querySelector('.field')!.scrollIntoView = seen

    ;(summary.vm as unknown as { focus: () => void }).focus()
    expect(document.activeElement).toBe(summary.get('[role=alert]').element)

    await summary.get('a').trigger('click')
    expect(document.activeElement?.id).toBe('phone')
    expect(seen).toHaveBeenCalledOnce()
  })

  it('stands in the title of the window as long as there is an error', async () => {
    document.title = '申请法律援助'
    const summary = mount(ErrorSummary, {
      props: { errors: [{ input: 'phone', text: '请填写手机号' }] },
    })
    expect(document.title).toBe('错误：申请法律援助')

    await summary.setProps({ errors: [] })
    expect(document.title).toBe('申请法律援助')
    await summary.setProps({ errors: [{ input: 'name', text: '请填写姓名' }] })
    summary.unmount()
    expect(document.title).toBe('申请法律援助')
  })

  it('is not there without an error', () => {
    expect(
      mount(ErrorSummary, { props: { errors: [] } })
        .find('[role=alert]')
        .exists(),
    ).toBe(false)
  })
})

describe('the search box', () => {
  it('is a search, and gives the words without the space around them', async () => {
    const box = mount(SearchBox, {
      props: {
        id: 'q',
        label: '您遇到了什么事？',
        suggestions: [{ value: '讨薪' }],
        modelValue: ' 老板不发工资 ',
      },
    })
    await box.get('[role=search]').trigger('submit')

    expect(box.emitted('submit')).toEqual([['老板不发工资']])
    expect(box.get('label').attributes('for')).toBe('q')
    expect(box.get('input').attributes('list')).toBe(box.get('datalist').attributes('id'))
  })
})
