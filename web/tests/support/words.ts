/*
 * Which words the sources use: keys of the catalogue, and text that should have
 * been there.  Scripts are read as TypeScript, templates as Vue reads them, so
 * comments do not count and what is put together at run time does.
 */

import ts from 'typescript'
import { parse } from 'vue/compiler-sfc'

export interface Source {
  name: string
  text: string
}

export interface Words {
  /** String literals, whole. */
  strings: Set<string>
  /** Template literals with holes, as expressions that match what they can become. */
  patterns: RegExp[]
  /** Text for people that stands in the source: `file: text`. */
  literals: string[]
}

const chinese = /[\u2e80-\u9fff\uff00-\uffef]/
const letters = /[A-Za-z\u2e80-\u9fff]{2,}/
/** What a browser shows or says of these attributes. */
const spoken = ['alt', 'aria-description', 'aria-label', 'label', 'placeholder', 'title']

interface Node {
  type: number
  content?: unknown
  children?: unknown
  props?: unknown
  branches?: unknown
  name?: string
  tag?: string
  value?: { content: string }
  exp?: { content: string }
}

const enum Kind {
  text = 2,
  comment = 3,
  interpolation = 5,
  attribute = 6,
  directive = 7,
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function lookAtScript(name: string, code: string, words: Words) {
  const file = ts.createSourceFile(name, code, ts.ScriptTarget.Latest, true)

  function look(node: ts.Node) {
    if (ts.isImportDeclaration(node)) return
    if (ts.isStringLiteralLike(node)) {
      words.strings.add(node.text)
      if (chinese.test(node.text)) words.literals.push(`${name}: ${node.text}`)
    }
    if (ts.isTemplateExpression(node)) {
      const parts = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)]
      if (parts.some((part) => chinese.test(part))) words.literals.push(`${name}: ${parts.join()}`)
      if (
        parts.some((part) => /\w\.|\.\w/.test(part)) &&
        parts.every((part) => /^[\w.]*$/.test(part))
      )
        words.patterns.push(new RegExp(`^${parts.map(escape).join('[\\w.]+')}$`))
    }
    node.forEachChild(look)
  }
  look(file)
}

/** A section of prose shows `<name>.1`, `<name>.item.1` and what follows them. */
function lookAtSection(node: Node, words: Words) {
  const name = (node.props as Node[]).find((prop) => prop.name === 'name')?.value?.content
  if (name) words.patterns.push(new RegExp(`^${escape(name)}\\.(?:item\\.)?\\d+$`))
}

function lookAtTemplate(name: string, node: Node, words: Words) {
  const text = typeof node.content === 'string' ? node.content.trim() : ''

  if (node.type === Kind.comment) return
  if (node.tag === 'ProseSection') lookAtSection(node, words)
  if (node.type === Kind.text && letters.test(text)) words.literals.push(`${name}: ${text}`)
  if (node.type === Kind.interpolation) {
    lookAtScript(name, `(${(node.content as { content: string }).content})`, words)
    return
  }
  if (node.type === Kind.attribute) {
    const value = node.value?.content ?? ''
    words.strings.add(value)
    if (chinese.test(value) || (spoken.includes(node.name!) && letters.test(value)))
      words.literals.push(`${name}: ${node.name}="${value}"`)
  }
  if (node.type === Kind.directive && node.exp && node.name !== 'for' && node.name !== 'slot')
    lookAtScript(name, node.name === 'on' ? node.exp.content : `(${node.exp.content})`, words)

  for (const part of [node.props, node.children, node.branches]) {
    if (Array.isArray(part)) part.forEach((one) => lookAtTemplate(name, one as Node, words))
  }
}

function lookAtHtml(name: string, text: string, words: Words) {
  for (const [, , key] of text.matchAll(/%message(-en)?:([\w.-]+)%/g)) words.strings.add(key!)
  const rest = text.replace(/<!--[^]*?-->/g, '').replace(/%message(-en)?:[\w.-]+%/g, '')
  if (chinese.test(rest)) words.literals.push(`${name}: ${rest.match(/[\u2e80-\uffef]+/)![0]}`)
}

export function wordsIn(sources: Source[]): Words {
  const words: Words = { strings: new Set(), patterns: [], literals: [] }

  for (const { name, text } of sources) {
    if (name.endsWith('.html')) lookAtHtml(name, text, words)
    else if (name.endsWith('.ts')) lookAtScript(name, text, words)
    else {
      const { descriptor } = parse(text, { filename: name })
      for (const script of [descriptor.script, descriptor.scriptSetup])
        if (script) lookAtScript(name, script.content, words)
      if (descriptor.template?.ast)
        lookAtTemplate(name, descriptor.template.ast as unknown as Node, words)
    }
  }
  return words
}

export function unusedKeys(keys: string[], words: Words): string[] {
  return keys.filter(
    (key) => !words.strings.has(key) && !words.patterns.some((pattern) => pattern.test(key)),
  )
}

/** Strings that look like a key, of a family that exists, but are none. */
export function missingKeys(keys: string[], words: Words): string[] {
  const families = new Set(keys.filter((key) => key.includes('.')).map((key) => key.split('.')[0]!))
  const looksLikeKey = (text: string) =>
    /^[a-z]\w*(\.\w+)+$/.test(text) && !text.endsWith('.html') && families.has(text.split('.')[0]!)
  const unmet = words.patterns.filter(
    ({ source }) =>
      families.has(/^\^(\w+)\\\./.exec(source)?.[1] ?? '') &&
      !/\\d\+\$$/.test(source) &&
      !keys.some((key) => new RegExp(source).test(key)),
  )
  return [
    ...[...words.strings].filter((text) => looksLikeKey(text) && !keys.includes(text)),
    ...unmet.map(({ source }) => source),
  ]
}
