// @vitest-environment happy-dom
/* The sites of a place: one level, the one above and those below. */

import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { OrganizationItem } from '../src/api.ts'
import { network, type Network } from './network.ts'

let line: Network
let place: typeof import('../src/place.ts')

const site = (id: string, code: string, type: string) =>
  ({ id, name: id, types: [{ code: type, name: type }], region: { code } }) as OrganizationItem
const list = (...items: unknown[]) => ({ body: { items, next: null } })

const path = [
  { code: '51', name: 'province', level: 1 },
  { code: '5111', name: 'city', level: 2 },
  { code: '511102', name: 'county', level: 3 },
]

beforeEach(async () => {
  line = network()
  document.head.innerHTML = '<base href="http://localhost/">'
  vi.resetModules()
  place = await import('../src/place.ts')
})

/** Answers the lists of organizations by region and type. */
function sites(known: Record<string, OrganizationItem[]>) {
  line.answer('/api/v1/organizations', (request) => {
    const asked = new URL(request.url).searchParams
    return list(...(known[`${asked.get('region')} ${asked.get('type')}`] ?? []))
  })
}

describe('the sites of a place', () => {
  it('are told apart by the place that they stand in', () => {
    const both = place.byPlace([site('a', '1', 'x'), site('b', '2', 'x'), site('c', '1', 'x')])
    expect(both.get('1')!.map(({ id }) => id)).toEqual(['a', 'c'])
    expect(both.get('2')!.map(({ id }) => id)).toEqual(['b'])
  })

  it('lead up to the nearest place first', () => {
    expect(place.placesAbove({ code: '511102', path }).map(({ code }) => code)).toEqual([
      '5111',
      '51',
    ])
  })

  it('of a county are its center, the city’s above, and the towns’ stations', async () => {
    line.answer('/api/v1/regions/511102', { body: { ...path[2], path, has_children: true } })
    line.answer('/api/v1/regions', list({ code: '511102004' }, { code: '511102006' }))
    sites({
      '511102 service_center': [site('center', '511102', 'service_center')],
      '511102 service_station': [
        site('station', '511102004', 'service_station'),
        site('deep', '511102006001', 'service_station'),
      ],
      '5111 service_center': [
        site('center', '511102', 'service_center'),
        site('city', '5111', 'service_center'),
      ],
    })
    const found = await place.loadPlace('511102', { signal: new AbortController().signal })

    expect(found.here.map(({ id }) => id)).toEqual(['center'])
    expect(found.above.map((up) => [up.region.code, up.sites[0]!.id])).toEqual([['5111', 'city']])
    expect(found.below.map((one) => one.sites.map(({ id }) => id))).toEqual([['station'], []])
    expect(found.others).toEqual([])
    expect(found.counsel).toEqual([])
  })

  it('are looked for higher up where the next level has none', async () => {
    line.answer('/api/v1/regions/511102', { body: { ...path[2], path, has_children: false } })
    sites({ '51 service_center': [site('province', '51', 'service_center')] })
    const found = await place.loadPlace('511102', { signal: new AbortController().signal })

    expect(found.here).toEqual([])
    expect(found.above.map((up) => up.region.code)).toEqual(['51'])
  })

  it('of a village come with its counsel and what else is there', async () => {
    const village = { code: '511102004212', name: 'village', level: 5 }
    line.answer(`/api/v1/regions/${village.code}`, {
      body: { ...village, path: [...path, village], has_children: false },
    })
    line.answer('/api/v1/practitioners', list({ id: '7' }))
    sites({
      [`${village.code} service_room`]: [site('room', village.code, 'service_room')],
      [`${village.code} null`]: [
        site('room', village.code, 'service_room'),
        site('committee', village.code, 'mediation_village'),
      ],
    })
    const found = await place.loadPlace(village.code, { signal: new AbortController().signal })

    expect(found.here.map(({ id }) => id)).toEqual(['room'])
    expect(found.others.map(({ id }) => id)).toEqual(['committee'])
    expect(found.counsel.map(({ id }) => id)).toEqual(['7'])
    const asked = line.requests.find(({ url }) => url.includes('/practitioners'))!
    expect(new URL(asked.url).searchParams.get('type')).toBe('village_counsel')
  })
})
