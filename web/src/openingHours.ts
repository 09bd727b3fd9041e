import { t } from './messages.ts'

/** Days 1 (Monday) to 7; an office that closes at noon has two spans a day. */
export type OpeningHours = { days: number[]; opens: string; closes: string }[]

export interface DayLine {
  label: string
  times: string[] // empty: closed
}

const week = [1, 2, 3, 4, 5, 6, 7] as const

function timesOf(hours: OpeningHours, day: number): string[] {
  return hours
    .filter((span) => span.days.includes(day))
    .sort((a, b) => a.opens.localeCompare(b.opens))
    .map(({ opens, closes }) =>
      opens === '00:00' && closes === '24:00'
        ? t('hours.always')
        : t('hours.span', { opens, closes }),
    )
}

/** One line for each run of days with the same hours. */
export function openingHours(hours: OpeningHours): DayLine[] {
  const runs: { from: (typeof week)[number]; to: (typeof week)[number]; times: string[] }[] = []

  for (const day of week) {
    const times = timesOf(hours, day)
    const last = runs[runs.length - 1]
    if (last && last.times.join() === times.join()) {
      last.to = day
    } else {
      runs.push({ from: day, to: day, times })
    }
  }

  return runs.map(({ from, to, times }) => ({
    label:
      from === to
        ? t(`weekday.${from}`)
        : t('hours.days', { from: t(`weekday.${from}`), to: t(`weekday.${to}`) }),
    times,
  }))
}
