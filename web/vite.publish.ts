import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import type { Plugin } from 'vite'

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(directory, name)).isFile(),
  )
}

/** index.html last: what it names must be there first. */
function pageLast(a: string, b: string): number {
  return Number(a.startsWith('index.html')) - Number(b.startsWith('index.html'))
}

/**
 * Moves what was built to where nginx serves it, file by file, so that a site that
 * is running misses none; then removes what the release before left.
 */
export function publish(target: string): Plugin {
  let built = ''
  let served = ''

  return {
    name: 'legalnet:publish',
    apply: 'build',
    configResolved(config) {
      built = resolve(config.root, config.build.outDir)
      served = resolve(config.root, target)
    },
    // In the order of the plugins, and only of a build that succeeded.
    writeBundle: {
      sequential: true,
      handler() {
        mkdirSync(served, { recursive: true })
        const before = filesIn(served)
        const release = filesIn(built).sort(pageLast)

        for (const name of release) {
          mkdirSync(dirname(join(served, name)), { recursive: true })
          renameSync(join(built, name), join(served, name))
        }
        for (const name of before) {
          if (!release.includes(name)) rmSync(join(served, name))
        }
        rmSync(built, { recursive: true })
      },
    },
  }
}
