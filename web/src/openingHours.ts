import { t } from './messages.ts'

/** Days 1 (Monday) to 7; an office that closes at noon has two spans a day. */
export type OpeningHours = { days: number[]; opens: string; closes: string }[]

export interface DayLine {
  label: string
  times: string[] // empty: closed
  today: boolean
}

/** A moment as the clock on the wall of the office shows it. */
export interface Moment {
  day: number // 1 (Monday) to 7
  minutes: number // since midnight
}

/** Whether an office is open, and until or from when; `day` is 0 for today. */
export interface Opening {
  open: boolean
  always: boolean
  until: string // open: when it closes
  from: string // closed: when it opens next, empty: nobody knows
  day: number // closed: on which day of the week that is, 0: today
}

const week = [1, 2, 3, 4, 5, 6, 7] as const

/** China has one time, eight hours ahead of UTC, and no summer time. */
export function momentIn(now: Date): Moment {
  const there = new Date(now.getTime() + 8 * 3_600_000)
  return {
    day: there.getUTCDay() || 7,
    minutes: there.getUTCHours() * 60 + there.getUTCMinutes(),
  }
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}

/** The spans of a day in order; those that touch are one. */
function spansOf(hours: OpeningHours, day: number): { opens: string; closes: string }[] {
  const joined: { opens: string; closes: string }[] = []
  const given = hours
    .filter((span) => span.days.includes(day))
    .sort((a, b) => a.opens.localeCompare(b.opens))

  for (const { opens, closes } of given) {
    const last = joined[joined.length - 1]
    if (last && opens <= last.closes) {
      if (closes > last.closes) last.closes = closes
    } else {
      joined.push({ opens, closes })
    }
  }
  return joined
}

function isWholeDay({ opens, closes }: { opens: string; closes: string }): boolean {
  return opens === '00:00' && closes === '24:00'
}

function timesOf(hours: OpeningHours, day: number): string[] {
  return spansOf(hours, day).map((span) =>
    isWholeDay(span) ? t('hours.always') : t('hours.span', span),
  )
}

/** One line for each run of days with the same hours. */
export function openingHours(hours: OpeningHours, today = 0): DayLine[] {
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
    today: from <= today && today <= to,
  }))
}

/** What somebody who stands before the door would want to know; nothing without hours. */
export function openingAt(hours: OpeningHours, { day, minutes }: Moment): Opening | undefined {
  if (!hours.length) return undefined
  const today = spansOf(hours, day)
  const now = today.find(
    (span) => minutesOf(span.opens) <= minutes && minutes < minutesOf(span.closes),
  )

  if (now) {
    const always = week.every((one) => spansOf(hours, one).some(isWholeDay))
    return { open: true, always, until: now.closes, from: '', day: 0 }
  }
  const later = today.find((span) => minutesOf(span.opens) > minutes)
  if (later) return { open: false, always: false, until: '', from: later.opens, day: 0 }

  for (let ahead = 1; ahead <= 7; ahead++) {
    const next = ((day - 1 + ahead) % 7) + 1
    const first = spansOf(hours, next)[0]
    if (first) return { open: false, always: false, until: '', from: first.opens, day: next }
  }
  return { open: false, always: false, until: '', from: '', day: 0 }
}
