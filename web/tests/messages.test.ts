// @vitest-environment happy-dom
/* The catalogues against the sources, and the language that the pages speak. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed } from 'vue'

import accountChinese from '../src/messages/account.zh-CN.json'
import accountEnglish from '../src/messages/account.en.json'
import publicEnglish from '../src/messages/en.json'
import staffChinese from '../src/messages/staff.zh-CN.json'
import publicChinese from '../src/messages/zh-CN.json'
import { missingKeys, unusedKeys, wordsIn, type Source } from './support/words.ts'

const root = join(import.meta.dirname, '..')

const books = [publicChinese, accountChinese, staffChinese]
const chinese = { ...publicChinese, ...accountChinese, ...staffChinese }
const english = { ...publicEnglish, ...accountEnglish }

/** Pages for developers and for staff are Chinese only. */
const chineseOnly = (key: string) => /^developers\./.test(key) || key in staffChinese
/** The name of the language that is not spoken stands in itself; the seal is a drawing. */
const namesThemselves = ['locale.other', 'locale.short', 'site.seal']

function sources(): Source[] {
  const within = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|vue|html)$/.test(name) && !name.includes('generated'))
      .map((name) => `${folder}/${name}`)

  return [...within('src'), ...within('static'), ...within('public'), 'index.html'].map((name) => ({
    name,
    text: readFileSync(join(root, name), 'utf8'),
  }))
}

describe('the catalogue', () => {
  const words = wordsIn(sources())
  const keys = Object.keys(chinese)

  it('has every key that is asked for', () => {
    // A permission looks like a key; each one has its own.
    const isPermission = (text: string) => `permission.${text.replace(/\./g, '_')}` in staffChinese
    expect(missingKeys(keys, words).filter((key) => !isPermission(key))).toEqual([])
  })

  it('has each key in one book', () => {
    const all = books.flatMap((book) => Object.keys(book))
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([])
  })

  it('has no key that nothing uses', () => {
    expect(unusedKeys(keys, words)).toEqual([])
  })

  it('holds every word: none stands in the sources', () => {
    expect(words.literals).toEqual([])
  })

  it('is there in English too, for everything that citizens read', () => {
    const wanted = keys.filter((key) => !chineseOnly(key))
    const there = Object.keys(english)

    expect(wanted.filter((key) => !there.includes(key))).toEqual([])
    expect(there.filter((key) => !wanted.includes(key))).toEqual([])
  })

  it('says the same in both languages as far as a test can see', () => {
    const holes = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()
    for (const [key, text] of Object.entries(english)) {
      const original = (chinese as Record<string, string>)[key] ?? ''
      expect([key, holes(text)]).toEqual([key, holes(original)])
      expect([key, text.includes('12348')]).toEqual([key, original.includes('12348')])
      if (!namesThemselves.includes(key)) expect(text).not.toMatch(/[\u2e80-\u9fff]/)
      expect([key, text.trim().length > 0]).toEqual([key, true])
    }
  })
})

describe('the test of the catalogue', () => {
  const find = (name: string, text: string) => wordsIn([{ name, text }])

  it('sees a key wherever it is asked for', () => {
    const words = wordsIn([
      { name: 'a.ts', text: "t('a.one'); const key: Key = `a.two`" },
      {
        name: 'b.vue',
        text: `<template><p :title="t('b.one')">{{ t(ok ? 'b.two' : 'b.three') }}</p></template>`,
      },
      { name: 'c.html', text: '<p>%message:c.one% %message-en:c.two%</p>' },
      { name: 'd.ts', text: 't(`d.${kind}.one`)' },
    ])
    const keys = ['a.one', 'a.two', 'b.one', 'b.two', 'b.three', 'c.one', 'c.two', 'd.x.one']

    expect(unusedKeys([...keys, 'd.x.two', 'e'], words)).toEqual(['d.x.two', 'e'])
    expect(missingKeys(keys, words)).toEqual([])
  })

  it('misses a key that is not there', () => {
    expect(missingKeys(['a.one'], find('a.ts', "textOf('a.oen')"))).toEqual(['a.oen'])
    expect(
      missingKeys(['a.one'], find('a.vue', '<template>{{ t(`a.b.${x}`) }}</template>')),
    ).toEqual(['^a\\.b\\.[\\w.]+$'])
  })

  it.each([
    ['a.ts', "const a = '\u6587'"],
    ['a.ts', 'const a = `\u6587${1}`'],
    ['a.vue', '<template><p>\u6587\u5b57</p></template>'],
    ['a.vue', '<template><p>Call us</p></template>'],
    ['a.vue', '<template><p v-if="a"><b v-else aria-label="Close" /></p></template>'],
    ['a.vue', `<template><p>{{ a ? '\u6587' : '' }}</p></template>`],
    ['a.vue', `<script setup lang="ts">\nconst a = '\u6587'\n</script>`],
    ['a.html', '<p>\u6587\u5b57</p>'],
  ])('sees the words in %s %s', (name, text) => {
    expect(find(name, text).literals).toHaveLength(1)
  })

  it('does not take comments for words', () => {
    expect(find('a.ts', '// \u6587\n/* \u6587 */').literals).toEqual([])
    expect(find('a.vue', '<template><!-- \u6587 -->{{ a }} 12348</template>').literals).toEqual([])
  })
})

describe('the language of the pages', () => {
  let messages: typeof import('../src/messages.ts')

  beforeEach(async () => {
    vi.resetModules()
    window.localStorage.clear()
    document.documentElement.lang = 'zh-CN'
    messages = await import('../src/messages.ts')
  })
  afterEach(() => vi.unstubAllGlobals())

  const asking = (...languages: string[]) =>
    vi.stubGlobal('navigator', { ...window.navigator, languages })

  it('fills in values and leaves unknown places alone', () => {
    expect(messages.t('results.shown', { n: 20 })).toBe('已显示 20 条')
    expect(messages.t('results.shown', {})).toBe('已显示 {n} 条')
  })

  it('answers for composed keys only when they exist', () => {
    expect(messages.textOf('qualification.status.active')).toBe('正常执业')
    expect(messages.textOf('qualification.status.unheard')).toBeUndefined()
    expect(messages.textOf('constructor')).toBeUndefined()
  })

  it('changes under a page that stands already', async () => {
    const shown = computed(() => messages.t('retry'))
    expect(shown.value).toBe('再试一次')
    expect(await messages.setLocale('en')).toBe(true)
    expect(shown.value).toBe('Try again')
    expect(document.documentElement.lang).toBe('en')
    expect(messages.t('developers.title')).toBe(chinese['developers.title'])
    await messages.setLocale('zh-CN')
    expect(shown.value).toBe('再试一次')
  })

  it('is the last of two that were chosen quickly, with a book that is opened meanwhile', async () => {
    const english = messages.setLocale('en')
    const chosen = messages.setLocale('zh-CN')
    expect(await english).toBe(false)
    expect(await chosen).toBe(true)
    expect(messages.locale.value).toBe('zh-CN')
    expect(window.localStorage.getItem('legalnet.locale')).toBe('zh-CN')

    const again = messages.setLocale('en')
    const book = messages.openBook('account')
    expect(await again).toBe(true)
    await book
    expect(messages.locale.value).toBe('en')
    expect(messages.t('account.title')).toBe(accountEnglish['account.title'])
  })

  it('is remembered, but only when somebody chose it', async () => {
    asking('en-GB')
    await messages.restoreLocale()
    expect(messages.locale.value).toBe('en')
    expect(window.localStorage.length).toBe(0)

    await messages.setLocale('zh-CN')
    vi.resetModules()
    messages = await import('../src/messages.ts')
    await messages.restoreLocale()
    expect(messages.locale.value).toBe('zh-CN')
  })

  it.each([
    [['zh-TW', 'en'], 'zh-CN'],
    [['fr-FR', 'en-US'], 'en'],
    [['fr-FR'], 'zh-CN'],
    [[], 'zh-CN'],
  ])('is, for a browser that asks for %j, %s', async (languages, expected) => {
    asking(...languages)
    await messages.restoreLocale()
    expect(messages.locale.value).toBe(expected)
  })
})
