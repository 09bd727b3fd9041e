// @vitest-environment happy-dom
/* The desk's own parts: addresses that keep conditions, days as instants, words for acts. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { acts } from '../src/acts.ts'
import { instantOfDay, formatInstant, formatWait } from '../src/format.ts'
import { readHash, writeHash } from '../src/hashFields.ts'
import { openBook, t, textOf } from '../src/messages.ts'
import { ruleName, ruleNumber, ruleValue } from '../src/ruleWords.ts'
import { actName, operationOf, permissionName, subjectName, subjects } from '../src/staffWords.ts'
import { staffWays } from '../src/staffWays.ts'
import { router } from '../src/router.ts'

const root = join(import.meta.dirname, '../..')

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

describe('values of rules', () => {
  const lifetime = { name: 'code.lifetime', unit: 'second' }
  const quiet = { name: 'notice.quiet_from', unit: 'minute' }
  const tries = { name: 'code.tries', unit: 'count' }

  it('are said in the largest unit that fits, or as a time of day', () => {
    expect(ruleValue(300, lifetime)).toBe('5 分钟')
    expect(ruleValue(5400, lifetime)).toBe('90 分钟')
    expect(ruleValue(2592000, lifetime)).toBe('30 天')
    expect(ruleValue(45, lifetime)).toBe('45 秒')
    expect(ruleValue(0, lifetime)).toBe('0 秒')
    expect(ruleValue(1320, quiet)).toBe('22:00')
    expect(ruleValue(5, tries)).toBe('5')
    expect(ruleValue(10, { name: 'password.staff_length', unit: 'character' })).toBe('10 个字符')
  })

  it('are read as they are typed', () => {
    expect(ruleNumber(' 30 ', lifetime, 'day')).toBe(2592000)
    expect(ruleNumber('4', tries, 'second')).toBe(4)
    expect(ruleNumber('8:05', quiet, '')).toBe(485)
    for (const typed of ['24:00', '22:60', '22', '']) {
      expect(ruleNumber(typed, quiet, '')).toBeUndefined()
    }
    for (const typed of ['', '-1', '1.5', 'a']) {
      expect(ruleNumber(typed, lifetime, 'second')).toBeUndefined()
    }
  })
})

describe('words of the desk', () => {
  it('stand for codes, and a code without words for itself', () => {
    expect(permissionName('account.read')).toBe('查看账户')
    expect(permissionName('no.such')).toBe('no.such')
    expect(actName('POST /api/v1/admin/accounts/{id}/disable')).toBe('停用账户')
    expect(actName('legalnet admin create')).toBe('在服务器上开管理员账户')
    expect(actName('GET /api/v1/something')).toBeUndefined()
  })

  it('are there for every act of the API, and for what acts are about', () => {
    const types = readFileSync(join(root, 'web/src/api.generated.ts'), 'utf8')
    const writes = [...types.matchAll(/(?:put|post|delete): operations\["(\w+)"\]/g)]
    expect(writes.length).toBeGreaterThan(50)
    expect(writes.map((one) => one[1]!).filter((act) => !textOf(`audit.act.${act}`))).toEqual([])
    expect(subjects.filter((type) => subjectName(type) === type)).toEqual([])
  })

  it('can be chosen for every act that has some, and each act is one of the API', () => {
    const types = readFileSync(join(root, 'web/src/api.generated.ts'), 'utf8')
    const book = readFileSync(join(root, 'web/src/messages/staff.zh-CN.json'), 'utf8')
    const named = [...book.matchAll(/"audit\.act\.(\w+)"/g)].map((one) => one[1]!)
    const offered = Object.values(acts).flat()
    expect(offered.map(operationOf).sort()).toEqual(named.sort())
    const unknown = offered.filter((act) => {
      const begin = types.indexOf(`    "${act.split(' ')[1]}": {`)
      const operations = types.slice(begin, types.indexOf('\n    };', begin))
      return begin < 0 || operations.indexOf(`operations["${operationOf(act)}"]`) < 0
    })
    expect(unknown).toEqual(['legalnet admin create'])
  })

  it('are there for every permission and every rule that a migration makes', () => {
    const folder = join(root, 'migrations')
    const files = readdirSync(folder).filter((name) => /(permission|rule)(_rows)?\.sql$/.test(name))
    const rows = files.flatMap((name) => [
      ...readFileSync(join(folder, name), 'utf8').matchAll(/^ {4}\('(\w+\.\w+)', ('\d{4}-)?/gm),
    ])
    const rules = rows.filter((row) => row[2]).map((row) => row[1]!)
    const permissions = rows.filter((row) => !row[2]).map((row) => row[1]!)

    expect([rules.length > 30, permissions.length > 15]).toEqual([true, true])
    expect(rules.filter((name) => ruleName(name) === name)).toEqual([])
    expect(permissions.filter((name) => permissionName(name) === name)).toEqual([])
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
