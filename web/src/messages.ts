import catalogue from './messages/zh-CN.json'

export type MessageKey = keyof typeof catalogue

const texts: Record<string, string> = catalogue

/** The text of a key, with `{name}` replaced from `values`. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  return catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  )
}

/** The text of a key that is put together at run time, or undefined if there is none. */
export function textOf(key: string): string | undefined {
  return Object.prototype.hasOwnProperty.call(texts, key) ? texts[key] : undefined
}
