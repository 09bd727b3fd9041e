import { t } from './messages.ts'

/** Meters as people say them: 850 米, 3.2 公里, 46 公里. */
export function formatDistance(meters: number): string {
  if (meters < 995) return t('distance.meters', { n: Math.max(10, Math.round(meters / 10) * 10) })

  const kilometers = meters / 1000
  return t('distance.kilometers', {
    n: kilometers < 9.95 ? kilometers.toFixed(1) : Math.round(kilometers),
  })
}

/** A day `YYYY-MM-DD` in words; anything else comes back as it is. */
export function formatDay(day: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(day)
  if (!parts) return day

  return t('day', { y: Number(parts[1]), m: Number(parts[2]), d: Number(parts[3]) })
}

/** A time to wait in words, rather too long than too short: 50 秒, 3 分钟, 2 小时, 1 天. */
export function formatWait(seconds: number): string {
  if (seconds < 90) return t('wait.seconds', { n: Math.max(1, Math.ceil(seconds)) })
  if (seconds < 90 * 60) return t('wait.minutes', { n: Math.ceil(seconds / 60) })
  if (seconds < 36 * 3600) return t('wait.hours', { n: Math.ceil(seconds / 3600) })
  return t('wait.days', { n: Math.ceil(seconds / 86400) })
}

/** An instant of the API as people here say it, in the time of Shanghai. */
export function formatInstant(instant: string | null | undefined): string {
  const time = instant ? Date.parse(instant) : NaN
  if (Number.isNaN(time)) return ''
  const there = new Date(time + 8 * 3600 * 1000).toISOString()

  return t('instant', { day: formatDay(there), time: there.slice(11, 16) })
}

/** The first instant of a day in Shanghai, `later` days on, as the API takes it. */
export function instantOfDay(day: string, later = 0): string {
  const time = Date.parse(`${day}T00:00:00Z`) - 8 * 3600 * 1000 + later * 86400 * 1000
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** Things by name, as a list in a sentence. */
export function joinNames(things: { name: string }[]): string {
  return things.map((thing) => thing.name).join(t('list.comma'))
}

/** The number to dial, or nothing when digits are hidden or it is no number. */
export function dialable(phone: string | null | undefined): string {
  if (!phone || phone.includes('*')) return ''

  const digits = phone.replace(/[^\d+]/g, '')
  return digits.length >= 3 ? digits : ''
}
