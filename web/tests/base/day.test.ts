import { describe, expect, it } from 'vitest'

import { dayOf, dayProblem, noDay, partsOf } from '../../src/day.ts'

const typed = (year: string, month: string, day: string) => ({ year, month, day })

describe('a date in three parts', () => {
  it.each([
    [typed('1948', '10', '1'), '1948-10-01'],
    [typed(' 2024', '2 ', '29'), '2024-02-29'],
    [typed('2000', '02', '29'), '2000-02-29'],
    [typed('１９５０', '１', '３１'), '1950-01-31'],
  ])('%o is %s', (parts, day) => {
    expect(dayOf(parts)).toBe(day)
    expect(dayProblem(parts)).toBeNull()
  })

  it.each([
    [typed('2023', '2', '29'), ['day']],
    [typed('1900', '2', '29'), ['day']],
    [typed('2024', '4', '31'), ['day']],
    [typed('2024', '13', '1'), ['month']],
    [typed('2024', '0', '0'), ['month', 'day']],
    [typed('48', '10', '1'), ['year']],
    [typed('194a', '1', '1'), ['year']],
    [typed('2024', '-1', '1'), ['month']],
  ])('%o is none, and says which part is to blame', (parts, wrong) => {
    expect(dayOf(parts)).toBe('')
    expect(dayProblem(parts)).toEqual({ why: 'invalid', wrong })
  })

  it('tells what is missing from what is wrong', () => {
    expect(dayProblem(noDay())).toMatchObject({ why: 'missing' })
    expect(dayProblem(noDay(), { required: false })).toBeNull()
    expect(dayProblem(typed('1948', '', '1'))).toEqual({ why: 'incomplete', wrong: ['month'] })
  })

  it('keeps to the days that are allowed', () => {
    const range = { from: '2026-01-01', to: '2026-12-31' }
    expect(dayProblem(typed('2026', '1', '1'), range)).toBeNull()
    expect(dayProblem(typed('2025', '12', '31'), range)).toMatchObject({ why: 'early' })
    expect(dayProblem(typed('2027', '1', '1'), range)).toMatchObject({ why: 'late' })
  })

  it('comes back as it would be typed', () => {
    expect(partsOf('1948-10-01')).toEqual(typed('1948', '10', '1'))
    expect(partsOf('')).toEqual(noDay())
  })
})
