/* What `npm run build` made, held against what it promises. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'

import { parse } from 'acorn'
import { full } from 'acorn-walk'
import { describe, expect, it } from 'vitest'

const dist = join(import.meta.dirname, '../../build/web')
if (!existsSync(dist)) throw new Error('build/web is missing: run `npm run build -w web` first')

const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(css|html|js|svg)$/.test(name),
)
const read = (name: string) => readFileSync(join(dist, name), 'utf8')
const ending = (end: string) => files.filter((name) => name.endsWith(end))

/** Syntax that Chrome 78 or Safari 12 cannot read, by the node that stands for it. */
const tooNew: Record<string, (node: Record<string, unknown>) => boolean> = {
  ChainExpression: () => true,
  LogicalExpression: (node) => node.operator === '??',
  AssignmentExpression: (node) => ['??=', '||=', '&&='].includes(node.operator as string),
  PropertyDefinition: () => true,
  StaticBlock: () => true,
  PrivateIdentifier: () => true,
  Literal: (node) => typeof node.bigint === 'string' || /[vd]/.test(flags(node)),
}

function flags(node: Record<string, unknown>): string {
  return (node.regex as { flags: string } | undefined)?.flags ?? ''
}

/** Names that came later; Vue's wrappers of toSorted and its kin wait for callers. */
const lateNames =
  /\.(?:at|replaceAll|hasOwn|allSettled|any|randomUUID|matchAll|fromEntries|groupBy)\(|structuredClone\(|queueMicrotask\(|new (?:ResizeObserver|WeakRef)\b|requestIdleCallback\(/

/** Properties and functions that came later than Chrome 78 or Safari 12. */
const lateStyle =
  /[{;](?:gap|row-gap|inset|aspect-ratio|margin-inline|padding-inline|accent-color|translate|scale)\s*:|:(?:is|where|has)\(|\b(?:clamp|min|max|color-mix)\(|@(?:layer|container)\b|\d[dsl]vh\b/

describe('what is delivered', () => {
  it('is there', () => {
    expect(ending('.js').length).toBeGreaterThan(1)
    expect(ending('.css').length).toBeGreaterThan(0)
    expect(files).toContain('index.html')
  })

  it.each(files)('%s names no foreign host', (name) => {
    const hosts = read(name).match(/(?:https?:)?\/\/[\w-]+(?:\.[\w-]+)+/g) ?? []
    expect(hosts.filter((host) => host !== 'http://www.w3.org')).toEqual([])
  })

  it.each(ending('.js'))('%s is readable for Chrome 78 and Safari 12', (name) => {
    const tree = parse(read(name), { ecmaVersion: 'latest', sourceType: 'module' })
    const found: string[] = []
    full(tree, (node) => {
      if (tooNew[node.type]?.(node as unknown as Record<string, unknown>)) found.push(node.type)
    })

    expect(found).toEqual([])
    expect(read(name).match(lateNames)).toBeNull()
  })

  it.each(ending('.css'))('%s is understood by Chrome 78 and Safari 12', (name) => {
    expect(read(name).match(lateStyle)).toBeNull()
  })

  it.each(files)('%s stands beside its compressed twins', (name) => {
    const bytes = readFileSync(join(dist, name))
    expect(gunzipSync(readFileSync(join(dist, `${name}.gz`))).equals(bytes)).toBe(true)
    expect(brotliDecompressSync(readFileSync(join(dist, `${name}.br`))).equals(bytes)).toBe(true)
  })

  it('has nothing inline, so that the security policy can forbid it', () => {
    const html = read('index.html')

    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
    expect(html).toContain('<base href="/" />')
    expect(html).not.toMatch(/(?:src|href)="\/[^"]/)
  })

  it('shows its first view with less than 80 KB on the line', () => {
    const html = read('index.html')
    const first = ['index.html', ...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(
      (hit) => (typeof hit === 'string' ? hit : hit[1]!),
    )
    const bytes = first
      .map((name) => gzipSync(read(name), { level: 9 }).length)
      .reduce((sum, one) => sum + one, 0)

    expect(first.length).toBeGreaterThanOrEqual(3)
    expect(bytes).toBeLessThan(80 * 1024)
  })

  it('names every file of assets/ by its content', () => {
    const plain = files.filter((name) => name.startsWith('assets/'))
    expect(plain.filter((name) => !/-[\w-]{8}\.\w+$/.test(name))).toEqual([])
  })
})
