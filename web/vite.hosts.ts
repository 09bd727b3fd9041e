import type { Plugin } from 'vite'

/**
 * Vue's errors point to its manual on the web.  Nothing fetches that address, but
 * what we deliver names no foreign host, so that a grep over it can prove it.
 */
export function noForeignHosts(): Plugin {
  return {
    name: 'legalnet:no-foreign-hosts',
    apply: 'build',
    renderChunk: (code) => code.replace(/https:\/\/vuejs\.org\/error-reference\/#/g, 'vue '),
  }
}
