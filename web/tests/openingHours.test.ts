import { describe, expect, it } from 'vitest'

import { momentIn, openingAt, openingHours } from '../src/openingHours.ts'

const weekdays = [1, 2, 3, 4, 5]
const morning = { days: weekdays, opens: '08:30', closes: '12:00' }
const afternoon = { days: weekdays, opens: '14:00', closes: '17:30' }
const always = [{ days: [1, 2, 3, 4, 5, 6, 7], opens: '00:00', closes: '24:00' }]

describe('opening hours as lines', () => {
  it('join days that are alike, in the order of the clock', () => {
    expect(openingHours([afternoon, morning])).toEqual([
      { label: '周一至周五', times: ['08:30–12:00', '14:00–17:30'], today: false },
      { label: '周六至周日', times: [], today: false },
    ])
  })

  it('keep a day apart that differs', () => {
    expect(openingHours([{ ...morning, days: [1, 3] }]).map((line) => line.label)).toEqual([
      '周一',
      '周二',
      '周三',
      '周四至周日',
    ])
  })

  it('join spans that touch', () => {
    const touching = [morning, { ...afternoon, opens: '12:00' }]
    expect(openingHours(touching)[0]!.times).toEqual(['08:30–17:30'])
  })

  it('mark the line of today', () => {
    expect(openingHours([morning], 3).map((line) => line.today)).toEqual([true, false])
    expect(openingHours([morning], 7).map((line) => line.today)).toEqual([false, true])
  })
})

describe('the moment', () => {
  it.each([
    ['2026-11-22T15:59:00Z', 7, 23 * 60 + 59],
    ['2026-11-22T16:00:00Z', 1, 0],
    ['2026-11-23T00:30:00Z', 1, 8 * 60 + 30],
    ['2026-12-31T20:00:00Z', 5, 4 * 60],
  ])('%s is day %d of the week, minute %d, in China', (instant, day, minutes) =>
    expect(momentIn(new Date(instant))).toEqual({ day, minutes }),
  )
})

describe('open now', () => {
  const hours = [morning, afternoon]
  const at = (day: number, clock: string) =>
    openingAt(hours, { day, minutes: Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)) })

  it.each([
    [1, '08:30', '12:00'],
    [1, '11:59', '12:00'],
    [5, '14:00', '17:30'],
  ])('on day %d at %s until %s', (day, clock, until) =>
    expect(at(day, clock)).toMatchObject({ open: true, always: false, until }),
  )

  it.each([
    [1, '08:29', '08:30', 0],
    [1, '12:00', '14:00', 0],
    [1, '17:30', '08:30', 2],
    [5, '17:30', '08:30', 1],
    [6, '10:00', '08:30', 1],
    [7, '23:59', '08:30', 1],
  ])('not on day %d at %s; from %s on day %d', (day, clock, from, next) =>
    expect(at(day, clock)).toMatchObject({ open: false, from, day: next }),
  )

  it('always, or only until midnight', () => {
    expect(openingAt(always, { day: 3, minutes: 0 })).toMatchObject({ open: true, always: true })
    const late = [{ days: [3], opens: '18:00', closes: '24:00' }]
    expect(openingAt(late, { day: 3, minutes: 1439 })).toMatchObject({
      open: true,
      always: false,
      until: '24:00',
    })
    expect(openingAt(late, { day: 4, minutes: 0 })).toMatchObject({ from: '18:00', day: 3 })
  })

  it('is not said where no hours are known', () => {
    expect(openingAt([], { day: 1, minutes: 600 })).toBeUndefined()
  })
})
