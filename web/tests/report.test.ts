// @vitest-environment happy-dom

import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import ReportForm from '../src/components/ReportForm.vue'
import { Problem } from '../src/problem.ts'

const send = vi.fn<(report: unknown, key: string) => Promise<unknown>>()
let form: VueWrapper

beforeEach(async () => {
  send.mockReset()
  document.body.innerHTML = '<div id="app"></div>'
  form = mount(ReportForm, { props: { fields: ['phone', 'other'], send }, attachTo: '#app' })
  await form.get('button').trigger('click')
})

async function fill(message: string) {
  await form.get('#report-field').setValue('phone')
  await form.get('#report-message').setValue(message)
  await form.get('form').trigger('submit')
  await flushPromises()
}

describe('the report of an error', () => {
  it('names what is missing, and leads to the input', async () => {
    await form.get('form').trigger('submit')
    await flushPromises()

    expect(send).not.toHaveBeenCalled()
    const links = form.findAll('.notice a')
    expect(links.map((link) => link.text())).toEqual([
      '请选择哪一项有错',
      '请说明错在哪里，至少 2 个字',
    ])
    expect(document.activeElement).toBe(form.get('.notice').element)
    await links[1]!.trigger('click')
    expect(document.activeElement?.id).toBe('report-message')
  })

  it('sends the words without the space around them', async () => {
    send.mockResolvedValue({})
    await fill(' 电话已经换了 ')

    expect(send).toHaveBeenCalledWith(
      { field: 'phone', message: '电话已经换了' },
      expect.stringMatching(/^[0-9a-f]{32}$/),
    )
    expect(form.text()).toContain('谢谢您')
  })

  it('keeps its key while the words stay, and takes a new one with new words', async () => {
    send.mockRejectedValue(new Problem(503, 'database_unavailable'))
    await fill('电话已经换了')
    await form.get('.notice button').trigger('click')
    await flushPromises()
    await fill('地址已经换了')

    const keys = send.mock.calls.map(([, key]) => key)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
  })

  it("shows the server's refusal beside the input that it means", async () => {
    send.mockRejectedValue(
      new Problem(422, 'invalid_request', {
        fields: [{ name: 'message', code: 'too_long', message: '' }],
      }),
    )
    await fill('电话已经换了')

    expect(form.get('#report-message').attributes('aria-invalid')).toBe('true')
    expect(form.get('#report-message').attributes('aria-describedby')).toContain(
      'report-message-error',
    )
  })

  it('does not send what is too long, and keeps every word of it', async () => {
    const story = '错'.repeat(1001)
    await fill(story)

    expect(send).not.toHaveBeenCalled()
    expect(form.get('#report-message-left').text()).toBe('多了 1 个字')
    expect((form.get('#report-message').element as HTMLTextAreaElement).value).toBe(story)
  })
})
