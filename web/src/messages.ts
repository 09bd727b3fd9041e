/*
 * Every text of the pages.  Chinese is complete and always there; another
 * language is fetched when somebody wants it, and what it does not say (the
 * pages for developers) stays Chinese.  t() is reactive: templates and computed
 * values follow a change of language, so no text is put into a constant.
 */

import { ref, shallowRef } from 'vue'

import chinese from './messages/zh-CN.json'

/** Texts of rooms that most visitors never enter; they come with the room's first page. */
export type Book = 'account' | 'staff'
export type MessageKey =
  | keyof typeof chinese
  | keyof typeof import('./messages/account.zh-CN.json')
  | keyof typeof import('./messages/staff.zh-CN.json')
export type Locale = 'zh-CN' | 'en'
type Catalogue = Record<string, string>

export const locales: Locale[] = ['zh-CN', 'en']

const slot = 'legalnet.locale'
const load: Record<Locale, () => Promise<Catalogue>> = {
  'zh-CN': async () => chinese,
  en: async () => (await import('./messages/en.json')).default,
}

/** Who works here reads Chinese: the staff's book has no other language. */
const books: Record<Book, Partial<Record<Locale, () => Promise<Catalogue>>>> = {
  account: {
    'zh-CN': async () => (await import('./messages/account.zh-CN.json')).default,
    en: async () => (await import('./messages/account.en.json')).default,
  },
  staff: {
    'zh-CN': async () => (await import('./messages/staff.zh-CN.json')).default,
  },
}

const opened: Book[] = []
const original = shallowRef<Catalogue>(chinese)
const texts = shallowRef<Catalogue>(chinese)

/** The language that the page speaks now. */
export const locale = ref<Locale>('zh-CN')

function has(catalogue: Catalogue, key: string): boolean {
  return Object.prototype.hasOwnProperty.call(catalogue, key)
}

/** The text of a key that is put together at run time, or undefined if there is none. */
export function textOf(key: string): string | undefined {
  if (has(texts.value, key)) return texts.value[key]

  return has(original.value, key) ? original.value[key] : undefined
}

/** The text of a key, with `{name}` replaced from `values`. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  return (textOf(key) ?? '').replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  )
}

/** What was asked for last: its texts may be on the way still. */
let target: Locale = 'zh-CN'

async function catalogue(wanted: Locale): Promise<Catalogue> {
  const parts = await Promise.all([
    load[wanted](),
    ...opened.map((book) => (books[book][wanted] ?? (async () => ({})))()),
  ])
  return Object.assign({}, ...parts) as Catalogue
}

/**
 * From when its texts are there.  False: another language was asked for meanwhile.  A book
 * that was opened meanwhile comes along; throws when something did not arrive.
 */
async function show(wanted: Locale): Promise<boolean> {
  target = wanted
  for (;;) {
    const count = opened.length
    let all: Catalogue
    try {
      all = await catalogue(wanted)
    } catch (failure) {
      if (target === wanted) target = locale.value
      throw failure
    }
    if (target !== wanted) return false
    if (count !== opened.length) continue
    texts.value = all
    locale.value = wanted
    document.documentElement.lang = wanted
    return true
  }
}

/** Before a page is shown whose texts are in a book; throws when they did not arrive. */
export async function openBook(book: Book): Promise<void> {
  if (opened.indexOf(book) >= 0) return
  const chineseTexts = await books[book]['zh-CN']!()
  if (opened.indexOf(book) < 0) opened.push(book)
  original.value = { ...original.value, ...chineseTexts }
  await show(target)
}

async function speak(wanted: Locale): Promise<boolean> {
  try {
    return await show(wanted)
  } catch {
    return false
  }
}

/**
 * Speaks `wanted` from now on, also on the next visit; false when its texts did not arrive,
 * or another language was chosen before they did.
 */
export async function setLocale(wanted: Locale): Promise<boolean> {
  if (!(await speak(wanted))) return false
  try {
    window.localStorage.setItem(slot, wanted)
  } catch {
    // storage is switched off: the choice lasts for this page
  }
  return true
}

/** Ours that is nearest to a language tag, if one is. */
export function localeOf(tag: string): Locale | undefined {
  return locales.find((one) => one.slice(0, 2) === tag.slice(0, 2))
}

/** What was chosen before, else what the browser asks for: Chinese unless it clearly is not. */
function wantedLocale(): Locale {
  let chosen: string | null = null
  try {
    chosen = window.localStorage.getItem(slot)
  } catch {
    // as above
  }

  return [chosen ?? '', ...(navigator.languages ?? [])].map(localeOf).find(Boolean) ?? 'zh-CN'
}

export async function restoreLocale(): Promise<void> {
  const wanted = wantedLocale()
  if (wanted !== locale.value) await speak(wanted)
}
