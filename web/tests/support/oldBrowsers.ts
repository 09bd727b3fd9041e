/*
 * What Chrome 78 and Safari 12 do not know, in scripts and styles.  When a feature
 * came is taken from MDN's compatibility data; syntax is what acorn refuses.
 */

import bcd, {
  type CompatStatement,
  type Identifier,
  type SupportStatement,
} from '@mdn/browser-compat-data' with { type: 'json' }
import { parse, type Node } from 'acorn'
import { ancestor, full } from 'acorn-walk'
import postcss, { type Declaration, type Rule } from 'postcss'

/** Safari stands for iOS where a phone leaves something out by design (cursor, resize). */
const oldest = [
  ['chrome_android', 78, 'chrome'],
  ['safari_ios', 12, 'safari'],
] as const

const number = (version: string) => parseFloat(version.replace('\u2264', ''))

function came(statement: SupportStatement | undefined, version: number): boolean {
  const ways = Array.isArray(statement) ? statement : [statement]

  return ways.some((way) => {
    if (!way || way.flags || way.prefix || way.alternative_name) return false
    const { version_added: since, version_removed: until } = way
    if (typeof until === 'string' && number(until) <= version) return false
    return typeof since === 'string' && number(since) <= version
  })
}

function never(statement: SupportStatement | undefined): boolean {
  return !Array.isArray(statement) && statement?.version_added === false
}

/** Whether both know it; unknown to the data counts as known. */
function known(compat: CompatStatement | undefined): boolean {
  if (!compat) return true
  return oldest.every(([browser, version, desktop]) => {
    const statement = compat.support[browser]
    return came(never(statement) ? compat.support[desktop] : statement, version)
  })
}

const at = (tree: Identifier | undefined, ...path: string[]): CompatStatement | undefined =>
  path.reduce<Identifier | undefined>((node, name) => node?.[name], tree)?.__compat

/* Scripts */

const builtins = bcd.javascript.builtins as Identifier
const api = bcd.api as unknown as Identifier

/** Names of the global scope that came too late. */
function lateGlobal(name: string): boolean {
  const compat = at(builtins, name) ?? at(builtins, 'globals', name) ?? at(api, name)
  const method = at(api, 'Window', name) ?? at(api, 'WorkerGlobalScope', name)

  return !known(compat ?? method)
}

/** Methods that no interface of an old browser has; `matchAll` and its kin are told apart by hand. */
const lateMethods = new Set<string>(['matchAll'])
{
  const anywhere = new Map<string, boolean>()
  for (const owner of [
    ...Object.values(api),
    ...Object.values(builtins),
    ...Object.values((builtins.Intl ?? {}) as Identifier),
  ] as Identifier[]) {
    for (const [member, tree] of Object.entries(owner)) {
      if (member === '__compat') continue
      const name = member.replace(/_static$/, '')
      anywhere.set(name, anywhere.get(name) === true || known((tree as Identifier).__compat))
    }
  }
  for (const [name, there] of anywhere) if (!there) lateMethods.add(name)
}

const ecma = { ecmaVersion: 2020, sourceType: 'module' } as const

function unreadable(code: string): string | undefined {
  try {
    parse(code, ecma)
    return undefined
  } catch (refused) {
    return `syntax: ${(refused as Error).message}`
  }
}

/** ES2018 is what Safari 12 reads; of ES2020 it has dynamic import and import.meta. */
function lateSyntax(code: string): string[] {
  const refused = unreadable(code)
  if (refused) return [refused]
  const found: string[] = []
  full(parse(code, ecma), (node) => {
    const one = node as unknown as Record<string, unknown>
    const regex = (one.regex as { pattern: string } | undefined)?.pattern
    if (node.type === 'ChainExpression') found.push('syntax: ?.')
    if (node.type === 'LogicalExpression' && one.operator === '??') found.push('syntax: ??')
    if (node.type === 'ExportAllDeclaration' && one.exported) found.push('syntax: export * as')
    if (node.type === 'Literal' && typeof one.bigint === 'string') found.push('syntax: bigint')
    if ((regex ?? (typeof one.value === 'string' ? one.value : '')).match(/\(\?<[=!]/))
      found.push('syntax: look-behind')
  })
  return found
}

interface Access extends Node {
  object: Node & { name?: string; property?: { name?: string } }
  property: { name?: string }
  computed: boolean
}

const scopes = ['window', 'self', 'globalThis']
/** Objects whose members the data can be asked for by name. */
const owners = [
  'Array',
  'Intl',
  'JSON',
  'Math',
  'Number',
  'Object',
  'Promise',
  'Reflect',
  'String',
  'Symbol',
]
const instances: Record<string, string> = {
  navigator: 'Navigator',
  document: 'Document',
  crypto: 'Crypto',
}

/** `a.b` where the data says that `b` came late to `a`. */
function lateMember({ object, property, computed }: Access): string | undefined {
  const name = computed ? undefined : property.name
  const holder = object.name ?? object.property?.name
  if (!name || !holder) return undefined

  if (scopes.includes(holder)) return lateGlobal(name) ? name : undefined
  const compat = owners.includes(holder)
    ? at(builtins, holder, name)
    : (at(api, instances[holder] ?? holder, name) ?? at(api, holder, `${name}_static`))
  return known(compat) ? undefined : `${holder}.${name}`
}

/** Names that the code gives to members of its own; methods of these names are taken for those. */
export function ownMembers(code: string): string[] {
  const names = new Set<string>()
  const add = (key: unknown) => {
    const { type, name, value } = key as { type: string; name?: string; value?: unknown }
    if (type === 'Identifier') names.add(name!)
    if (typeof value === 'string') names.add(value)
  }
  full(parse(code, ecma), (node) => {
    const one = node as unknown as Record<string, Record<string, unknown>>
    if ((node.type === 'Property' || node.type === 'MethodDefinition') && !one.computed)
      add(one.key)
    if (
      node.type === 'AssignmentExpression' &&
      one.left!.type === 'MemberExpression' &&
      !one.left!.computed
    )
      add(one.left!.property)
  })
  return [...names]
}

/** A name that the code looks for before it uses it: `typeof a`, `'a' in b`, or `b.a` alone. */
function testedNames(code: string): Set<string> {
  const names = new Set<string>()

  ancestor(parse(code, ecma), {
    UnaryExpression(node) {
      const { operator, argument } = node as unknown as {
        operator: string
        argument: Access & { name?: string }
      }
      if (operator === 'typeof') names.add(argument.name ?? argument.property?.name ?? '')
    },
    BinaryExpression(node) {
      const { left } = node
      if (node.operator !== 'in') return
      if (left.type === 'Literal') names.add(String(left.value))
      if (left.type === 'TemplateLiteral') names.add(left.quasis[0]!.value.raw) // as minifiers write it
    },
    MemberExpression(node, _, parents) {
      const parent = parents[parents.length - 2] as unknown as Record<string, unknown> | undefined
      const used = parent?.callee === node || parent?.object === node
      if (!used && !node.computed) names.add((node as unknown as Access).property.name ?? '')
    },
  })
  return names
}

/** What of a script came too late; `own` are the members that its site defines. */
export function lateInScript(code: string, own: string[] = []): string[] {
  const syntax = lateSyntax(code)
  if (unreadable(code)) return syntax

  const found = new Set(syntax)
  const tested = testedNames(code)
  const ours = new Set([...own, ...ownMembers(code)])

  ancestor(parse(code, ecma), {
    Identifier(node) {
      if (lateGlobal(node.name) && !tested.has(node.name)) found.add(`global: ${node.name}`)
    },
    MemberExpression(node) {
      const late = lateMember(node as unknown as Access)
      if (late && !tested.has(late.split('.').pop()!)) found.add(`member: ${late}`)
    },
    CallExpression(node) {
      const { type, property, computed } = node.callee as unknown as Access
      const name = type === 'MemberExpression' && !computed ? property.name : undefined
      if (name && lateMethods.has(name) && !ours.has(name) && !tested.has(name))
        found.add(`method: ${name}`)
    },
  })
  return [...found]
}

/* Styles */

const properties = bcd.css.properties as Identifier
const selectors = bcd.css.selectors as Identifier
const rules = bcd.css['at-rules'] as Identifier

/** Functions of values that came late, wherever the data files them. */
const lateFunctions = new Set<string>()
{
  const look = (tree: Identifier) => {
    for (const [name, below] of Object.entries(tree)) {
      if (name === '__compat') continue
      if (/^[a-z][a-z-]*$/.test(name) && !known((below as Identifier).__compat))
        lateFunctions.add(name)
      look(below as Identifier)
    }
  }
  look(bcd.css.types as Identifier)
}

/** Left out by an old browser without loss, each for the reason that stands beside it. */
const enhancements: Record<string, string> = {
  'accent-color': 'a color of native controls',
  cursor: 'the arrow of a mouse',
  'color-scheme': 'native controls stay light',
  'forced-color-adjust': 'for high-contrast modes, which came later',
  'overscroll-behavior': 'how scrolling ends',
  'scroll-behavior': 'scrolling jumps',
  'scroll-margin-top': 'how far a target stands from the edge',
  'scroll-padding-top': 'the same',
  'text-decoration-thickness': 'the line stays thin',
  'text-underline-offset': 'the line stays near',
  'touch-action': 'a second tap zooms, as everywhere else',
  'overflow-wrap: anywhere': 'stands after break-word',
  'font-variant-numeric': 'figures of different width',
  'print-color-adjust': 'a choice of the printer',
  'text-size-adjust': 'old browsers have it with their prefix',
  'position: sticky': 'scrolls away like the rest',
}

function grid(rule: Rule): boolean {
  return rule.some(
    (node) => node.type === 'decl' && node.prop === 'display' && /grid/.test(node.value),
  )
}

function lateInDeclaration(one: Declaration): string[] {
  const { prop, value } = one
  if (prop.startsWith('--')) return lateInValue(value)
  if (prop.startsWith('-') || prop in enhancements) return []
  if (/^(row-|column-)?gap$/.test(prop) && one.parent?.type === 'rule' && grid(one.parent as Rule))
    return lateInValue(value)
  if (/^(row-)?gap$/.test(prop)) return [`${prop} outside a grid`]

  const found = known(at(properties, prop)) ? [] : [prop]
  for (const [word] of value.replace(/\([^()]*\)/g, '').matchAll(/[a-z][a-z-]+/g)) {
    const name = `${prop}: ${word}`
    if (!known(at(properties, prop, word!)) && !(name in enhancements)) found.push(name)
  }
  return [...found, ...lateInValue(value)]
}

/** rect() is as old as `clip`; only its namesake for `clip-path` came late. */
function lateInValue(value: string): string[] {
  const found: string[] = []
  for (const [, name] of value.matchAll(/(?<![\w-])([a-z][a-z-]*)\(/g))
    if (lateFunctions.has(name!) && name !== 'rect') found.push(`${name}()`)
  for (const [unit] of value.matchAll(
    /(?<=\d)(?:[dsl]v[hwib]|[dsl]vm(?:in|ax)|cq\w+|lh|rlh|ic)\b/g,
  ))
    found.push(`unit ${unit}`)
  if (/\b(?:rgb|hsl)a?\([\d.%]+ /.test(value)) found.push('colors without commas')
  return found
}

/** Pseudo-classes that may be unknown when they stand in a rule of their own. */
const alone = ['backdrop', 'focus-visible']

function lateInSelector(rule: Rule): string[] {
  const late = (selector: string) =>
    [...selector.matchAll(/:{1,2}([a-z][a-z-]*)/g)]
      .map(([, name]) => name!)
      .filter((name) => !name.startsWith('-') && !known(at(selectors, name)))
  const all = rule.selectors.map(late)
  const excused = all.every((names) => names.length && names.every((name) => alone.includes(name)))

  return excused ? [] : all.flat().map((name) => `:${name}`)
}

export function lateInStyle(css: string): string[] {
  const found = new Set<string>()
  const root = postcss.parse(css)

  root.walkDecls((one) => lateInDeclaration(one).forEach((late) => found.add(late)))
  root.walkRules((rule) => {
    if (
      rule.parent?.type === 'atrule' &&
      /keyframes$/.test((rule.parent as { name?: string }).name ?? '')
    )
      return
    lateInSelector(rule).forEach((late) => found.add(late))
    if (rule.some((node) => node.type === 'rule')) found.add('nested rules')
  })
  root.walkAtRules((rule) => {
    if (!rule.name.startsWith('-') && !known(at(rules, rule.name))) found.add(`@${rule.name}`)
    if (/[<>]/.test(rule.params)) found.add(`@${rule.name} with < or >`)
  })
  return [...found]
}
