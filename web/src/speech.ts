/*
 * Reading a page aloud with the voices of the browser.  Sentence by sentence:
 * some browsers fall silent in the middle of a long text.
 */

import { ref } from 'vue'

export const canSpeak =
  typeof window.speechSynthesis === 'object' && typeof SpeechSynthesisUtterance === 'function'

export const speaking = ref(false)

const silent = 'script, style, svg, [aria-hidden=true], .hidden, noscript, select, datalist, dialog'
const longest = 120 // characters in one breath

/** The words of an element as they are shown, without what is not for reading. */
function wordsOf(element: Element): string {
  const copy = element.cloneNode(true) as Element
  for (const one of Array.from(copy.querySelectorAll(silent))) one.remove()
  for (const block of Array.from(
    copy.querySelectorAll('p, li, h1, h2, h3, h4, dt, dd, div, legend, label, td, th'),
  )) {
    block.append('\n')
  }
  return copy.textContent ?? ''
}

/** In breaths: whole sentences, and long ones cut where there is a comma. */
export function breaths(text: string): string[] {
  const sentences = text.match(/[^\n。！？；!?;]+[。！？；!?;]?/g) ?? []
  const all: string[] = []
  for (const sentence of sentences) {
    const plain = sentence.replace(/\s+/g, ' ').trim()
    if (plain.length <= longest) all.push(plain)
    else all.push(...(plain.match(/[^，,、]{1,120}[，,、]?/g) ?? []))
  }
  return all.filter((one) => /[\w\u3400-\u9fff]/.test(one))
}

export function hush() {
  if (!canSpeak) return
  speaking.value = false
  window.speechSynthesis.cancel()
}

export function readPage() {
  const main = document.querySelector('main')
  if (!canSpeak || !main) return

  hush()
  const queue = breaths(wordsOf(main))
  if (!queue.length) return
  speaking.value = true

  queue.forEach((words, index) => {
    const one = new SpeechSynthesisUtterance(words)
    one.lang = document.documentElement.lang || 'zh-CN'
    one.rate = 0.9
    one.onend = () => {
      if (index === queue.length - 1) speaking.value = false
    }
    window.speechSynthesis.speak(one)
  })
}
