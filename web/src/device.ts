/* What a person will recognize this device by, in the list of his sessions. */

import { textOf } from './messages.ts'

const systems: [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/, 'harmony'],
  [/Android/, 'android'],
  [/iPhone/, 'iphone'],
  [/iPad/, 'ipad'],
  [/Windows/, 'windows'],
  [/Mac OS X/, 'mac'],
  [/Linux/, 'linux'],
]

const browsers: [RegExp, string][] = [
  [/MicroMessenger/, 'wechat'],
  [/QQBrowser/, 'qq'],
  [/UCBrowser/, 'uc'],
  [/Edg[A]?\//, 'edge'],
  [/Firefox\//, 'firefox'],
  [/Chrome\//, 'chrome'],
  [/Safari\//, 'safari'],
]

const first = (list: [RegExp, string][], agent: string) =>
  list.filter(([sign]) => sign.test(agent)).map(([, name]) => name)[0]

/** As 'Windows, Edge'; what is not known is left out. */
export function deviceName(agent = navigator.userAgent): string | undefined {
  const names = [
    textOf(`device.${first(systems, agent) ?? 'none'}`),
    textOf(`device.${first(browsers, agent) ?? 'none'}`),
  ].filter(Boolean)

  return names.join(', ') || undefined
}
