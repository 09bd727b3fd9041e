/* Editing an entry: only what was changed is sent, and what was typed outlives a new reading. */

import { describe, expect, it } from 'vitest'

import { hoursText } from '../src/hoursText.ts'
import { useEdit } from '../src/useEdit.ts'

describe('an edit', () => {
  const entry = { name: '甲', phone: '1', areas: ['labor', 'family'], legal_aid: false }

  it('sends what was changed, lists with blanks between', () => {
    const { typed, settle, changes } = useEdit({ ...entry, name: '' })
    settle(entry)
    expect(changes()).toEqual({})
    typed.value.areas = ['labor', 'debt']
    typed.value.legal_aid = true
    typed.value.phone = ''
    expect(changes()).toEqual({ areas: 'labor debt', legal_aid: true, phone: '' })
  })

  it('keeps what was typed when the entry is read anew', () => {
    const { typed, settle, take, changes } = useEdit({ ...entry })
    settle(entry)
    typed.value.name = '乙'
    take({ ...entry, name: '丙', phone: '2' })
    expect(typed.value).toMatchObject({ name: '乙', phone: '2' })
    expect(changes()).toEqual({ name: '乙' })
  })
})

describe('opening hours', () => {
  it('are shown as staff type them', () => {
    const days = [1, 2, 3, 4, 5]
    const stored = [
      { days, opens: '09:00', closes: '12:00' },
      { days, opens: '13:30', closes: '17:00' },
      { days: [6], opens: '09:00', closes: '12:00' },
    ]
    expect(hoursText(JSON.stringify(stored))).toBe('1-5 09:00-12:00 13:30-17:00; 6 09:00-12:00')
    expect(hoursText(null)).toBe('')
    expect(hoursText('no JSON')).toBe('')
  })
})
