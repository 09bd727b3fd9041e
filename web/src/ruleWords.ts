/* Rules in words: their names, what they measure, and values as people say them. */

import { textOf, t } from './messages.ts'

/** What a value is counted in: a time of day, a period in whichever unit fits, or as it is said. */
export type Measure = 'clock' | 'period' | 'plain'

interface Rule {
  name: string
  unit: string
}

const periods = [
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

export type Period = (typeof periods)[number][0]
export const periodUnits = periods.map(([unit]) => unit)

/** A dot would end the key: `code.tries` is `rules.of.code_tries`. */
export function ruleName(name: string): string {
  return textOf(`rules.of.${name.replace(/\W/g, '_')}`) ?? name
}

export function measureOf({ name, unit }: Rule): Measure {
  if (unit === 'minute' && /[._]quiet_/.test(name)) return 'clock'
  return unit === 'second' ? 'period' : 'plain'
}

/** The largest unit that gives a whole number: 86400 seconds are a day, 5400 are 90 minutes. */
export function periodOf(seconds: number): Period {
  return (
    periods.filter(([, length]) => seconds >= length && seconds % length === 0)[0]?.[0] ?? 'second'
  )
}

const lengthOf = (unit: string) => periods.filter(([one]) => one === unit)[0]?.[1] ?? 1
const two = (number: number) => `0${number}`.slice(-2)

export function ruleValue(value: number, rule: Rule): string {
  const measure = measureOf(rule)
  if (measure === 'clock') return `${two(Math.floor(value / 60))}:${two(value % 60)}`

  const unit = measure === 'period' ? periodOf(value) : rule.unit
  const number = `${value / (measure === 'period' ? lengthOf(unit) : 1)}`
  const said = textOf(`rules.unit.${unit}`)
  return said ? `${number} ${said}` : number
}

/** What was typed, as the API counts it; nothing when it is no value of this rule. */
export function ruleNumber(typed: string, rule: Rule, unit: string): number | undefined {
  const text = typed.trim()
  if (measureOf(rule) === 'clock') {
    const parts = /^(\d{1,2})[:\uff1a](\d{2})$/.exec(text)
    if (!parts || Number(parts[1]) > 23 || Number(parts[2]) > 59) return undefined
    return Number(parts[1]) * 60 + Number(parts[2])
  }
  if (!/^\d{1,12}$/.test(text)) return undefined
  return Number(text) * (measureOf(rule) === 'period' ? lengthOf(unit) : 1)
}

/** What the input of a rule's value expects. */
export function ruleHint(rule: Rule, value: number): string {
  const now = ruleValue(value, rule)
  return measureOf(rule) === 'clock'
    ? t('rules.clockHint', { value: now })
    : t('rules.now', { value: now })
}
