/* What `npm run build` made, held against what it promises. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { lateInScript, lateInStyle, ownMembers } from './support/oldBrowsers.ts'

const dist = join(import.meta.dirname, '../../build/web')
if (!existsSync(dist)) throw new Error('build/web is missing: run `npm run build -w web` first')

const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(css|html|js|svg)$/.test(name),
)
const read = (name: string) => readFileSync(join(dist, name), 'utf8')
const ending = (end: string) => files.filter((name) => name.endsWith(end))
const size = (name: string) => readFileSync(join(dist, `${name}.gz`)).length

/** Vue's: behind its own test of what the browser has, and a method of its suspense. */
const vues = ['createPolicy', 'move']
/** The files that must be there before anything is seen: what the page names, and what that imports. */
function firstView(): string[] {
  const found = new Set(['index.html'])
  const named = [...read('index.html').matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)]
  const wait = named.map(([, name]) => name!)

  for (let name = wait.pop(); name; name = wait.pop()) {
    if (found.has(name)) continue
    found.add(name)
    if (!name.endsWith('.js')) continue
    for (const [, path] of read(name).matchAll(/(?:from|import)\s*["'](\.[^"']+)["']/g))
      wait.push(normalize(join(dirname(name), path!)))
  }
  return [...found]
}

const allHosts = (text: string) =>
  (text.match(/(?:\b[a-z]+:)?\/\/[\w-]+(?:\.[\w-]+)+/g) ?? []).filter(
    (host) => host !== 'http://www.w3.org', // a name of SVG, not an address
  )

const own = [...vues, ...ending('.js').flatMap((name) => ownMembers(read(name)))]

/** openapi-fetch falls back on these only where src/api.ts gives it nothing. */
const unusedDefaults = /=globalThis\.(?:Request|fetch)\b/g

describe('what is delivered', () => {
  it('is there', () => {
    expect(ending('.js').length).toBeGreaterThan(1)
    expect(ending('.css').length).toBeGreaterThan(0)
    for (const page of ['index.html', '404.html', '50x.html']) expect(files).toContain(page)
  })

  it.each(files)('%s names no foreign host', (name) => {
    expect(allHosts(read(name))).toEqual([])
  })

  it.each(ending('.js'))('%s is readable for Chrome 78 and Safari 12', (name) => {
    expect(lateInScript(read(name).replace(unusedDefaults, '=0'), own)).toEqual([])
  })

  it.each(ending('.css'))('%s is understood by Chrome 78 and Safari 12', (name) => {
    expect(lateInStyle(read(name))).toEqual([])
  })

  it.each(files)('%s stands beside its compressed twins', (name) => {
    const bytes = readFileSync(join(dist, name))
    expect(gunzipSync(readFileSync(join(dist, `${name}.gz`))).equals(bytes)).toBe(true)
    expect(brotliDecompressSync(readFileSync(join(dist, `${name}.br`))).equals(bytes)).toBe(true)
  })

  it.each(ending('.html'))('%s has nothing inline, so that the policy can forbid it', (name) => {
    const html = read(name)

    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:/)
    expect(html).not.toMatch(/(?:src|href)="\/[^"]/)
    if (/(?:src|href)="\./.test(html)) expect(html).toContain('<base href="/" />')
  })

  it.each(['index.html', '404.html', '50x.html'])('%s names the hotline', (name) => {
    expect(read(name)).toContain('href="tel:12348"')
  })

  it.each(['404.html', '50x.html'])('%s needs no script', (name) => {
    expect(read(name)).not.toContain('<script')
  })

  it('shows its first view with at most 150 KB on the line', () => {
    const first = firstView()

    expect(first.filter((name) => name.endsWith('.js')).length).toBeGreaterThan(0)
    expect(first.filter((name) => name.endsWith('.css')).length).toBeGreaterThan(0)
    expect(first.map(size).reduce((sum, one) => sum + one, 0)).toBeLessThan(150 * 1024)
  })

  it('names every file of assets/ by its content', () => {
    const plain = files.filter((name) => name.startsWith('assets/'))
    expect(plain.filter((name) => !/-[\w-]{8}\.\w+$/.test(name))).toEqual([])
  })
})

describe('the test of what is delivered', () => {
  it.each([
    ['a?.b', 'syntax: ?.'],
    ['a ?? b', 'syntax: ??'],
    ['export * as a from "a"', 'syntax: export * as'],
    ['f(10n)', 'syntax: bigint'],
    ['/(?<=a)b/', 'syntax: look-behind'],
    ['new RegExp("(?<!a)b")', 'syntax: look-behind'],
    ['a.at(-1)', 'method: at'],
    ['a.replaceAll("b", "c")', 'method: replaceAll'],
    ['a.matchAll(/b/g)', 'method: matchAll'],
    ['a.findLast(b)', 'method: findLast'],
    ['a.replaceChildren()', 'method: replaceChildren'],
    ['a.showModal()', 'method: showModal'],
    ['structuredClone(a)', 'global: structuredClone'],
    ['queueMicrotask(a)', 'global: queueMicrotask'],
    ['new ResizeObserver(a)', 'global: ResizeObserver'],
    ['new WeakRef(a)', 'global: WeakRef'],
    ['window.requestIdleCallback(a)', 'member: requestIdleCallback'],
    ['Promise.allSettled(a)', 'member: Promise.allSettled'],
    ['Object.fromEntries(a)', 'member: Object.fromEntries'],
    ['Object.hasOwn(a, b)', 'member: Object.hasOwn'],
    ['AbortSignal.timeout(1)', 'member: AbortSignal.timeout'],
    ['crypto.randomUUID()', 'member: crypto.randomUUID'],
    ['navigator.share(a)', 'member: navigator.share'],
    ['new Intl.RelativeTimeFormat("zh")', 'member: Intl.RelativeTimeFormat'],
    ['globalThis.a', 'global: globalThis'],
  ])('finds %s', (code, late) => {
    expect(lateInScript(code)).toContain(late)
  })

  it.each(['a ||= b', 'class A { b = 1 }', 'class A { #b() {} }', 'await a', '1_000'])(
    'cannot read %s',
    (code) => {
      expect(lateInScript(code)[0]).toMatch(/^syntax: /)
    },
  )

  it.each([
    'import("./a.js").then(b)',
    'new URL("a", import.meta.url)',
    'for (const { a, ...b } of c) try { d(...b) } catch { e() }',
    'async function* a() { for await (const b of c) yield b }',
    'a.includes(b) && Object.entries(a).flat().padStart(2) && fetch(a, { signal: new AbortController().signal })',
    'typeof ResizeObserver !== "undefined" && new ResizeObserver(a)',
    '"share" in navigator && navigator.share(a)',
    'item.day.hours',
    'navigator.share && navigator.share(a)',
    'a.at = b; c.at(1)',
  ])('lets %s be', (code) => {
    expect(lateInScript(code)).toEqual([])
  })

  it.each([
    ['a { display: flex; gap: 1rem }', 'gap outside a grid'],
    ['a { inset: 0 }', 'inset'],
    ['a { aspect-ratio: 1 }', 'aspect-ratio'],
    ['a { margin-inline: 0 }', 'margin-inline'],
    ['a { translate: 1px }', 'translate'],
    ['a { display: flow-root }', 'display: flow-root'],
    ['a { flex-basis: fit-content }', 'flex-basis: fit-content'],
    ['a { overflow: clip }', 'overflow: clip'],
    ['a { width: min(10px, 5vw) }', 'min()'],
    ['a { font-size: clamp(1rem, 2vw, 2rem) }', 'clamp()'],
    ['a { color: color-mix(in srgb, red, blue) }', 'color-mix()'],
    ['a { height: 100dvh }', 'unit dvh'],
    ['a { color: rgb(0 0 0 / 50%) }', 'colors without commas'],
    ['a:is(b, c) { color: red }', ':is'],
    ['a:where(b) { color: red }', ':where'],
    ['a:has(b) { color: red }', ':has'],
    ['a:focus-visible, a:hover { color: red }', ':focus-visible'],
    ['a { b { color: red } }', 'nested rules'],
    ['@layer a { b { color: red } }', '@layer'],
    ['@container (min-width: 1px) { b { color: red } }', '@container'],
    ['@media (width >= 1px) { b { color: red } }', '@media with < or >'],
  ])('finds %s', (css, late) => {
    expect(lateInStyle(css)).toContain(late)
  })

  it.each([
    'a { display: grid; grid-gap: 1rem; gap: 1rem; color: var(--b); width: calc(1px + 1%) }',
    'a:focus-visible { outline: 1px solid } a:not(:first-child)::before { content: "" }',
    '@media (prefers-reduced-motion: reduce) { a { animation: none } }',
    '@supports (display: grid) { a { display: grid } }',
  ])('lets %s be', (css) => {
    expect(lateInStyle(css)).toEqual([])
  })

  it('finds a foreign host', () => {
    expect(allHosts('a="https://cdn.example.com/x"; b="//fonts.example.cn"')).toHaveLength(2)
    expect(allHosts('xmlns="http://www.w3.org/2000/svg" // a comment')).toEqual([])
  })
})
