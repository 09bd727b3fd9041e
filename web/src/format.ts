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
