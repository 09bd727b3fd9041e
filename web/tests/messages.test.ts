import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { t, textOf } from '../src/messages.ts'
import catalogue from '../src/messages/zh-CN.json'

const root = join(import.meta.dirname, '..')

/** Keys put together at run time, by how they begin. */
const composed = [
  'date.',
  'failed.',
  'missing.',
  'notice.',
  'offline.',
  'step.',
  'task.',
  'problem.',
  'results.',
  'sex.',
  'weekday.',
  'position.',
  'qualification.status.',
  'report.field.',
  'organization.status.',
  'developers.place.',
]

function sources(): string {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue)$/.test(name) && !name.includes('generated'))
    .map((name) => join(root, 'src', name))

  return [...files, join(root, 'index.html')].map((file) => readFileSync(file, 'utf8')).join('\n')
}

describe('the message catalogue', () => {
  const text = sources()

  it('has no key that nothing uses', () => {
    const unused = Object.keys(catalogue).filter(
      (key) =>
        !text.includes(`'${key}'`) &&
        !text.includes(`%message:${key}%`) &&
        !composed.some((start) => key.startsWith(start)) &&
        !/^report\.\w+Refused$/.test(key),
    )
    expect(unused).toEqual([])
  })

  it('holds every Chinese word: none stands in the sources', () => {
    const words = text
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*|<!--[\s\S]*?-->/g, '')
      .match(/[\u3400-\u9fff]+/g)
    expect(words).toBeNull()
  })

  it('fills in values and leaves unknown places alone', () => {
    expect(t('results.shown', { n: 20 })).toBe('已显示 20 条')
    expect(t('results.shown', {})).toBe('已显示 {n} 条')
  })

  it('answers for composed keys only when they exist', () => {
    expect(textOf('qualification.status.active')).toBe('正常执业')
    expect(textOf('qualification.status.unheard')).toBeUndefined()
    expect(textOf('constructor')).toBeUndefined()
  })
})
