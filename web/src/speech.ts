/*
 * Reading a page aloud with the voices of the browser.  Sentence by sentence:
 * some browsers fall silent in the middle of a long text.
 */

import { ref } from 'vue'

/** Many WebViews have neither; then nothing offers it. */
export function canSpeak(): boolean {
  return 'speechSynthesis' in window && 'SpeechSynthesisUtterance' in window
}

export const speaking = ref(false)

const silent =
  'script, style, svg, noscript, select, datalist, dialog, .hidden, [aria-hidden=true], [hidden]'
const blocks = 'p, li, h1, h2, h3, h4, dt, dd, div, legend, label, summary, td, th, button'
const longest = 120 // characters in one breath

// Kept while they wait: Chrome forgets an utterance that nothing holds, and with it its end.
let queue: SpeechSynthesisUtterance[] = []

/** The words of an element in the order of reading, one line for each block. */
function wordsOf(element: Element): string {
  const copy = element.cloneNode(true) as Element
  for (const one of Array.from(copy.querySelectorAll(silent))) one.remove()
  for (const block of Array.from(copy.querySelectorAll(blocks))) {
    block.insertBefore(document.createTextNode('\n'), block.firstChild)
    block.appendChild(document.createTextNode('\n'))
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
  queue = []
  speaking.value = false
  if (canSpeak()) window.speechSynthesis.cancel()
}

/** Reads what stands in <main>. */
export function readPage() {
  const main = document.querySelector('main')
  if (!canSpeak() || !main) return

  hush()
  const mine = breaths(wordsOf(main)).map((words) => new SpeechSynthesisUtterance(words))
  const end = () => {
    if (queue === mine) hush()
  }

  queue = mine
  speaking.value = mine.length > 0
  mine.forEach((one, index) => {
    one.lang = document.documentElement.lang
    one.rate = 0.9
    one.onerror = end
    if (index === mine.length - 1) one.onend = end
    window.speechSynthesis.speak(one)
  })
}
