import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

import type { Plugin } from 'vite'

const compressible = /\.(css|html|js|json|svg|txt|webmanifest)$/

/** Writes .gz and .br beside each text file, so that nginx only has to send them. */
export function precompress(): Plugin {
  let directory = ''

  return {
    name: 'legalnet:precompress',
    apply: 'build',
    configResolved(config) {
      directory = resolve(config.root, config.build.outDir)
    },
    // In the order of the plugins, and only of a build that succeeded.
    writeBundle: {
      sequential: true,
      handler() {
        for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
          if (!compressible.test(name)) continue

          const file = join(directory, name)
          const text = readFileSync(file)
          writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }))
          writeFileSync(
            `${file}.br`,
            brotliCompressSync(text, {
              params: {
                [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
                [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
              },
            }),
          )
        }
      },
    },
  }
}
