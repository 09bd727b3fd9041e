import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import type { Plugin } from 'vite'

import { fillMessages } from './vite.messages.ts'

/** The page that conf/bin/centers.py fills; it is no page before that. */
const template = 'centers.html'

/**
 * The pages that must do without JavaScript: static/*.html with words from the
 * catalogue, and one small plain.css.  Its name carries no hash, because the list
 * of centers is made between two releases.
 */
export function staticPages(templateTarget: string): Plugin {
  let root = ''

  function page(name: string): string {
    const text = readFileSync(join(root, 'static', name), 'utf8')

    return fillMessages(text, `static/${name}`)
  }

  return {
    name: 'legalnet:static-pages',
    apply: 'build',
    configResolved(config) {
      root = config.root
    },
    generateBundle() {
      for (const name of readdirSync(join(root, 'static')).filter((name) => name !== template)) {
        this.emitFile({ type: 'asset', fileName: name, source: page(name) })
      }
      const styles = ['tokens.css', 'plain.css'].map((name) =>
        readFileSync(join(root, 'src/styles', name), 'utf8').replace(/\/\*[^]*?\*\/\s*/g, ''),
      )
      this.emitFile({ type: 'asset', fileName: 'plain.css', source: styles.join('\n') })
    },
    // In the order of the plugins, and only of a build that succeeded.
    writeBundle: {
      sequential: true,
      handler() {
        const file = resolve(root, templateTarget)
        writeFileSync(`${file}.new`, page(template))
        renameSync(`${file}.new`, file)
      },
    },
  }
}
