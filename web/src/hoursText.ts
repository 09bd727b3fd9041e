/* Opening hours as staff type them: `1-5 09:00-12:00 13:30-17:00; 6 09:00-12:00`, 1 is Monday. */

interface Span {
  days: number[]
  opens: string
  closes: string
}

/** 1,2,3,5 is `1-3,5`. */
function daysText(days: readonly number[]): string {
  const runs: number[][] = []
  for (const day of [...days].sort()) {
    const last = runs[runs.length - 1]
    if (last && last[1]! + 1 === day) last[1] = day
    else runs.push([day, day])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
}

/** From the JSON that is stored; what cannot be read is nothing. */
export function hoursText(stored: string | null): string {
  let spans: Span[]
  try {
    spans = JSON.parse(stored || '[]') as Span[]
  } catch {
    return ''
  }
  const parts: { days: string; times: string[] }[] = []
  for (const { days, opens, closes } of spans) {
    const text = daysText(days)
    const part = parts.filter((one) => one.days === text)[0]
    if (part) part.times.push(`${opens}-${closes}`)
    else parts.push({ days: text, times: [`${opens}-${closes}`] })
  }
  return parts.map(({ days, times }) => [days, ...times].join(' ')).join('; ')
}
