// @vitest-environment happy-dom

import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import ModalDialog from '../../src/components/base/ModalDialog.vue'

const native = Object.getOwnPropertyDescriptor(HTMLDialogElement.prototype, 'showModal')!

let opener: HTMLElement
let dialog: VueWrapper

async function open() {
  opener.focus()
  await dialog.setProps({ modelValue: true })
  await flushPromises()
}

async function key(name: string, init: KeyboardEventInit = {}) {
  const event = new KeyboardEvent('keydown', {
    key: name,
    bubbles: true,
    cancelable: true,
    ...init,
  })
  document.activeElement!.dispatchEvent(event)
  await flushPromises()
  return event
}

beforeEach(() => {
  document.body.innerHTML =
    '<header>header</header><main><button id="opener">open</button><div id="app"></div></main>'
  opener = document.getElementById('opener')!
})

afterEach(() => {
  dialog.unmount()
  Object.defineProperty(HTMLDialogElement.prototype, 'showModal', native)
})

function make() {
  dialog = mount(ModalDialog, {
    props: {
      id: 'ask',
      title: '要撤回吗？',
      modelValue: false,
      'onUpdate:modelValue': (now: boolean) => void dialog.setProps({ modelValue: now }),
    },
    slots: { acts: '<button id="yes" type="button">撤回</button>' },
    attachTo: '#app',
  })
}

describe.each([
  ['with the browser’s own dialog', true],
  ['where the browser has none', false],
])('a dialog %s', (_, has) => {
  beforeEach(() => {
    if (!has) Object.defineProperty(HTMLDialogElement.prototype, 'showModal', { value: undefined })
    make()
  })

  it('opens on its title, and gives the focus back', async () => {
    await open()
    expect(dialog.attributes('open')).toBeDefined()
    expect(document.activeElement?.id).toBe('ask-title')
    expect(dialog.attributes('aria-labelledby')).toBe('ask-title')

    await dialog.findAll('button')[1]!.trigger('click')
    await flushPromises()
    expect(dialog.attributes('open')).toBeUndefined()
    expect(document.activeElement?.id).toBe('opener')
  })

  it('closes on Escape', async () => {
    await open()
    await key('Escape')
    expect(dialog.attributes('open')).toBeUndefined()
  })
})

describe('a dialog where the browser has none', () => {
  beforeEach(() => {
    Object.defineProperty(HTMLDialogElement.prototype, 'showModal', { value: undefined })
    make()
  })

  it('keeps the focus inside, both ways', async () => {
    await open()
    const [yes, close] = dialog.findAll('button').map((button) => button.element)

    expect((await key('Tab', { shiftKey: true })).defaultPrevented).toBe(true)
    expect(document.activeElement).toBe(close)
    expect((await key('Tab')).defaultPrevented).toBe(true)
    expect(document.activeElement).toBe(yes)
    expect((await key('Tab')).defaultPrevented).toBe(false)
  })

  it('hides the page behind from screen readers while it is open', async () => {
    const hidden = () =>
      Array.from(document.querySelectorAll('[aria-hidden=true]')).map((one) => one.tagName)

    await open()
    expect(hidden()).toEqual(['HEADER', 'BUTTON'])
    await key('Escape')
    expect(hidden()).toEqual([])
  })

  it('leaves nothing hidden when its page goes away', async () => {
    await open()
    dialog.unmount()
    expect(document.querySelector('[aria-hidden]')).toBeNull()
    make()
  })
})
