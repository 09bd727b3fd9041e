import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import ts from 'typescript'
import type { Plugin } from 'vite'

/*
 * The server has to know which paths are pages, because any other one must be
 * answered with status 404.  What the pages are is written once, in src/router.ts;
 * this reads it from there and makes the line that nginx includes.
 */

const anyRest = /^\/:\w+\(\.\*\)\*?$/

function textIn(node: ts.Expression, file: ts.SourceFile): string {
  if (ts.isStringLiteralLike(node)) return node.text
  throw new Error(
    `src/router.ts: the path ${node.getText(file)} is not a plain string, so the server cannot know it`,
  )
}

function pathsOf(property: ts.PropertyAssignment, file: ts.SourceFile): string[] {
  const value = property.initializer
  const texts = ts.isArrayLiteralExpression(value) ? [...value.elements] : [value]

  return texts.map((text) => textIn(text, file))
}

/** Every `path` and `alias` in the routes of a source text; the page for all the rest is none. */
export function routePaths(source: string): string[] {
  const file = ts.createSourceFile('router.ts', source, ts.ScriptTarget.Latest, true)
  const paths: string[] = []

  function look(node: ts.Node) {
    if (ts.isPropertyAssignment(node)) {
      const name = node.name.getText(file)
      if (name === 'children') throw new Error('src/router.ts: nested routes are not read here')
      if (name === 'path' || name === 'alias') paths.push(...pathsOf(node, file))
    }
    node.forEachChild(look)
  }
  look(file)
  return paths.filter((path) => !anyRest.test(path))
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** A path of vue-router as a regular expression, without anchors. */
export function pathPattern(path: string): string {
  if (!/^\/[\w\-./:()\\+[\]^*?|]*$/.test(path) || /\)[*+?]|:\w+[*+?]/.test(path)) {
    throw new Error(`src/router.ts: ${path} is a kind of path that is not read here`)
  }
  const pattern = path
    .split(/(:\w+(?:\([^)]*\))?)/)
    .map((part) => {
      const parameter = /^:\w+(?:\(([^)]*)\))?$/.exec(part)
      return parameter ? `(?:${parameter[1] ?? '[^/]+'})` : escape(part)
    })
    .join('')

  return pattern === '/' ? '/' : `${pattern}/?`
}

/** The line for nginx; @PREFIX@ is filled in where the site is mounted. */
export function serverRule(paths: string[]): string {
  const patterns = [...new Set(paths)].map(pathPattern).join('|')

  return `# Made by the web build from web/src/router.ts: the paths that are pages.
rewrite "^@PREFIX@(?i:${patterns})$" @PREFIX@/index.html last;
`
}

export function routesForServer(target: string): Plugin {
  let root = ''

  return {
    name: 'legalnet:routes-for-server',
    apply: 'build',
    configResolved(config) {
      root = config.root
    },
    // In the order of the plugins, and only of a build that succeeded.
    writeBundle: {
      sequential: true,
      handler() {
        const paths = routePaths(readFileSync(resolve(root, 'src/router.ts'), 'utf8'))
        if (!paths.includes('/')) throw new Error('src/router.ts: the start page "/" is not there')
        const file = resolve(root, target)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(`${file}.new`, serverRule(paths))
        renameSync(`${file}.new`, file)
      },
    },
  }
}
