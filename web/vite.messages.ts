import { readFileSync } from 'node:fs'

import type { Plugin } from 'vite'

type Catalogue = Record<string, string>

function catalogue(locale: string): Catalogue {
  const file = new URL(`./src/messages/${locale}.json`, import.meta.url)

  return JSON.parse(readFileSync(file, 'utf8')) as Catalogue
}

/** Fills `%message:key%`, and `%message-en:key%` where English is meant. */
export function fillMessages(html: string, file: string): string {
  const catalogues: Record<string, Catalogue> = {}

  return html.replace(/%message(-en)?:([\w.-]+)%/g, (_, english: string, key: string) => {
    const locale = english ? 'en' : 'zh-CN'
    catalogues[locale] ??= catalogue(locale)
    const text = catalogues[locale][key]
    if (text === undefined) {
      throw new Error(`${file} asks for the message "${key}" in ${locale}, which does not exist`)
    }
    return text
  })
}

/** The words of index.html stand in the catalogue too. */
export function messagesInHtml(): Plugin {
  return {
    name: 'legalnet:messages-in-html',
    transformIndexHtml: (html) => fillMessages(html, 'index.html'),
  }
}
