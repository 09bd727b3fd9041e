import { describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { filtersFor, formatFilters, noFilters, parseFilters, type Filters } from '../src/filters.ts'

const full: Filters = {
  q: '劳动 100% R&D = #1 a+b',
  region: '330300',
  area: 'labor',
  type: 'lawyer',
  language: 'wuu-x-wenzhou',
  sex: 'female',
  legalAid: true,
  minYears: 10,
  sort: 'distance',
  radius: 30,
}

describe('filters in the address', () => {
  it('come back as they went in', () => {
    expect(parseFilters(formatFilters(full))).toEqual(full)
    expect(parseFilters(formatFilters(noFilters()))).toEqual(noFilters())
  })

  it('survive the router, which encodes and decodes on its own', async () => {
    const router = createRouter({
      history: createMemoryHistory(),
      routes: [{ path: '/', component: { template: '' } }],
    })
    await router.push({ path: '/', hash: formatFilters(full) })
    const reopened = router.resolve(router.currentRoute.value.fullPath)

    expect(parseFilters(reopened.hash)).toEqual(full)
  })

  it('leave the address empty when nothing is asked', () => {
    expect(formatFilters(noFilters())).toBe('')
    expect(formatFilters({ ...noFilters(), q: '  ' })).toBe('')
  })

  it('keep a radius only where distance counts', () => {
    expect(formatFilters({ ...noFilters(), radius: 10 })).toBe('')
    expect(formatFilters({ ...noFilters(), sort: 'distance', radius: 10 })).toBe(
      '#sort=distance&radius=10',
    )
  })

  it.each(['-1', '81', '1.5', '1e3', 'x', ''])('take no %s years', (years) => {
    expect(parseFilters(`#min_years=${years}`).minYears).toBe(0)
  })

  it('ignore what they do not know', () => {
    expect(parseFilters('#sex=other&sort=best&nonsense&=x&legal_aid=maybe&q=%E0%A4%A')).toEqual({
      ...noFilters(),
      q: '%E0%A4%A',
    })
  })

  it('drop for organizations what only people have', () => {
    expect(filtersFor('organizations', { ...full, sort: 'years' })).toEqual({
      ...full,
      sex: '',
      legalAid: false,
      minYears: 0,
      sort: '',
    })
    expect(filtersFor('organizations', full).sort).toBe('distance')
    expect(filtersFor('practitioners', full)).toEqual(full)
  })
})
