// @vitest-environment happy-dom
/* The server's list of pages is the router's. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { router } from '../src/router.ts'
import { pathPattern, routePaths, serverRule } from '../vite.routes.ts'

const source = readFileSync(join(import.meta.dirname, '../src/router.ts'), 'utf8')
const rule = serverRule(routePaths(source))
const [, text] = /^rewrite "(.*)" /m.exec(rule)!

/** What nginx does with a path; (?i:) is spelled out, because Node 22 does not read it. */
const isPage = (path: string) =>
  new RegExp(text!.replace('@PREFIX@', '/legal').replace('(?i:', '(?:'), 'i').test(path)

const missing = (path: string) => router.resolve(path).name === 'missing'

describe('the pages that the server knows', () => {
  it('are those of the router, each of them', () => {
    const all = router.getRoutes().filter(({ name }) => name !== 'missing')

    expect(all.length).toBeGreaterThan(3)
    expect([...new Set(routePaths(source))].sort()).toEqual(all.map(({ path }) => path).sort())
  })

  it.each([
    ...new Set(
      routePaths(source).flatMap((path) => {
        const filled = path.replace(/:\w+(?:\([^)]*\))?/g, '330300')
        return [
          filled,
          `${filled}/`.replace('//', '/'),
          filled.toUpperCase(),
          `${filled}/x`,
          `${filled}x`,
          `x${filled}`,
        ]
      }),
    ),
    '/',
    '/no/such/page',
    '/organizations/abc',
    '/api/v1/regions',
  ])('%s is the same to both', (path) => {
    expect(isPage(`/legal${path}`)).toBe(!missing(path))
  })

  it('is refused at build time when it cannot be read', () => {
    expect(() => routePaths('const a = [{ path: `/a/${b}` }]')).toThrow('not a plain string')
    expect(() => routePaths("const a = [{ path: '/a', children: [] }]")).toThrow('nested')
    expect(() => pathPattern('/a/:b?')).toThrow('/a/:b?')
    expect(() => pathPattern('/a"b')).toThrow('/a"b')
  })

  it('knows what paths are made of', () => {
    expect(pathPattern('/')).toBe('/')
    expect(pathPattern('/a/:b(\\d+)/c')).toBe('/a/(?:\\d+)/c/?')
    expect(pathPattern('/a/:b')).toBe('/a/(?:[^/]+)/?')
    expect(routePaths("[{ path: '/a', alias: ['/b', '/c'] }, { path: '/:rest(.*)*' }]")).toEqual([
      '/a',
      '/b',
      '/c',
    ])
  })
})
