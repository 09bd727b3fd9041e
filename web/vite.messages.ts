import { readFileSync } from 'node:fs'

import type { Plugin } from 'vite'

const catalogue = new URL('./src/messages/zh-CN.json', import.meta.url)

/** Fills `%message:key%` in index.html, so that its words stand in the catalogue too. */
export function messagesInHtml(): Plugin {
  return {
    name: 'legalnet:messages-in-html',
    transformIndexHtml(html) {
      const messages = JSON.parse(readFileSync(catalogue, 'utf8')) as Record<string, string>

      return html.replace(/%message:([\w.]+)%/g, (_, key: string) => {
        const text = messages[key]
        if (text === undefined) {
          throw new Error(`index.html asks for the message "${key}", which does not exist`)
        }
        return text
      })
    },
  }
}
