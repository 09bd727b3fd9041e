// @vitest-environment happy-dom
/* The desk's own parts: addresses that keep conditions, days as instants, words for acts. */

import { beforeAll, describe, expect, it } from 'vitest'

import { instantOfDay, formatInstant, formatWait } from '../src/format.ts'
import { readHash, writeHash } from '../src/hashFields.ts'
import { openBook, t } from '../src/messages.ts'
import { actName, permissionName } from '../src/staffWords.ts'
import { staffWays } from '../src/staffWays.ts'
import { router } from '../src/router.ts'

beforeAll(() => openBook('staff'))

describe('conditions in the address', () => {
  it('are read as they were written, and empty ones are left out', () => {
    const hash = writeHash({ account: 'li.min', permission: 'person.read', region: '' })
    expect(hash).toBe('#account=li.min&permission=person.read')
    expect(readHash(hash, ['account', 'region'])).toEqual({ account: 'li.min', region: '' })
    expect(writeHash({ a: '' })).toBe('')
  })
})

describe('days and instants', () => {
  it('are those of Shanghai', () => {
    expect(instantOfDay('2027-03-01')).toBe('2027-02-28T16:00:00Z')
    expect(instantOfDay('2026-12-31', 1)).toBe('2026-12-31T16:00:00Z')
    expect(formatInstant('2026-12-31T16:00:00.123456Z')).toBe('2027年1月1日 00:00')
    expect(formatInstant(null)).toBe('')
  })

  it.each([
    [1, '1 秒'],
    [89, '89 秒'],
    [90, '2 分钟'],
    [900, '15 分钟'],
    [3600, '60 分钟'],
    [7200, '2 小时'],
    [86400, '24 小时'],
    [172800, '2 天'],
  ])('%i seconds are %s', (seconds, words) => expect(formatWait(seconds)).toBe(words))
})

describe('words of the desk', () => {
  it('stand for codes, and a code without words for itself', () => {
    expect(permissionName('account.read')).toBe('查看账户')
    expect(permissionName('no.such')).toBe('no.such')
    expect(actName('POST /api/v1/admin/accounts/{id}/disable')).toBe('停用账户')
    expect(actName('GET /api/v1/something')).toBeUndefined()
  })

  it('name every room, and each room needs what its page needs', () => {
    for (const way of staffWays) {
      const route = router.resolve({ name: way.name })
      expect([way.name, route.meta.needs]).toEqual([way.name, way.needs])
      expect(t(way.text)).not.toBe('')
      expect(t(way.hint)).not.toBe('')
    }
  })
})
