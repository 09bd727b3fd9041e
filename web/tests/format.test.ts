import { describe, expect, it } from 'vitest'

import { dialable, formatDay, formatDistance } from '../src/format.ts'

describe('distances', () => {
  it.each([
    [0, '10 米'],
    [4, '10 米'],
    [849, '850 米'],
    [994, '990 米'],
    [995, '1.0 公里'],
    [3240, '3.2 公里'],
    [9949, '9.9 公里'],
    [9950, '10 公里'],
    [45_600, '46 公里'],
  ])('%d m is %s', (meters, text) => expect(formatDistance(meters)).toBe(text))
})

describe('days', () => {
  it('are written out', () => expect(formatDay('2026-03-01')).toBe('2026年3月1日'))
  it('stay as they are when they are none', () => expect(formatDay('soon')).toBe('soon'))
})

describe('phone numbers', () => {
  it.each([
    ['0577-8812 3456', '057788123456'],
    ['+86 577 88123456', '+8657788123456'],
    ['12348', '12348'],
    ['138****5678', ''],
    ['无', ''],
    [null, ''],
    [undefined, ''],
  ])('%s dials %s', (phone, number) => expect(dialable(phone)).toBe(number))
})
