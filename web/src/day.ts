/*
 * Days as people type them, in three parts, and as the API takes them: YYYY-MM-DD.
 * Days only, no instants: a birthday is the same day everywhere.
 */

export type DayPart = 'year' | 'month' | 'day'
export type DayParts = Record<DayPart, string>

/** Why the parts are no day, and which of them are to blame. */
export interface DayProblem {
  why: 'missing' | 'incomplete' | 'invalid' | 'early' | 'late'
  wrong: DayPart[]
}

const parts: readonly DayPart[] = ['year', 'month', 'day']
const lengths: Record<DayPart, RegExp> = { year: /^\d{4}$/, month: /^\d{1,2}$/, day: /^\d{1,2}$/ }

export function noDay(): DayParts {
  return { year: '', month: '', day: '' }
}

export function partsOf(day: string): DayParts {
  const [year = '', month = '', date = ''] = day.split('-')
  return { year, month: month.replace(/^0/, ''), day: date.replace(/^0/, '') }
}

/** Digits as a Chinese keyboard may type them (１９５０) are digits. */
function digits(text: string): string {
  return text
    .trim()
    .replace(/[\uff10-\uff19]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
}

function lastOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].indexOf(month) >= 0 ? 30 : 31
}

/** The day as YYYY-MM-DD, or '' while the parts are none. */
export function dayOf(typed: DayParts): string {
  const [year, month, day] = parts.map((part) => digits(typed[part]))
  if (!parts.every((part) => lengths[part].test(digits(typed[part])))) return ''

  const [y, m, d] = [Number(year), Number(month), Number(day)]
  if (m < 1 || m > 12 || d < 1 || d > lastOf(y, m)) return ''
  return `${year}-${`0${m}`.slice(-2)}-${`0${d}`.slice(-2)}`
}

/** Whether a text is a day as the API writes it. */
export const isDay = (text: string) => text !== '' && dayOf(partsOf(text)) === text

/** What is wrong with the parts, or null.  `from` and `to` are the first and last day allowed. */
export function dayProblem(
  typed: DayParts,
  { required = true, from = '', to = '' } = {},
): DayProblem | null {
  const empty = parts.filter((part) => !digits(typed[part]))
  if (empty.length === parts.length) return required ? { why: 'missing', wrong: [...parts] } : null
  if (empty.length) return { why: 'incomplete', wrong: empty }

  const day = dayOf(typed)
  if (!day) return { why: 'invalid', wrong: wrongParts(typed) }
  if (from && day < from) return { why: 'early', wrong: [...parts] }
  if (to && day > to) return { why: 'late', wrong: [...parts] }
  return null
}

function wrongParts(typed: DayParts): DayPart[] {
  const month = Number(digits(typed.month))
  const day = Number(digits(typed.day))
  const wrong = parts.filter((part) => !lengths[part].test(digits(typed[part])))
  if (wrong.indexOf('month') < 0 && (month < 1 || month > 12)) wrong.push('month')
  if (wrong.indexOf('day') < 0 && (day < 1 || day > 31)) wrong.push('day')
  return wrong.length ? wrong : ['day'] // each part is possible, together they are not: 2月30日
}
