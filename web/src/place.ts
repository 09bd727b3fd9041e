/*
 * The service sites of a place, linked up and down (上联下接): a center in the
 * province, city and county, a station in the town, a room in the village.
 */

import * as api from './api.ts'

const types: Record<number, string> = {
  1: 'service_center',
  2: 'service_center',
  3: 'service_center',
  4: 'service_station',
  5: 'service_room',
}

const village = 5
const town = 4
const pages = 5 // of a hundred: more than any province has centers

export interface Below {
  region: api.Region
  sites: api.OrganizationItem[]
}

export interface Place {
  region: api.RegionDetail
  here: api.OrganizationItem[]
  above: { region: { code: string; name: string; level: number }; sites: api.OrganizationItem[] }[]
  below: Below[]
  others: api.OrganizationItem[]
  counsel: api.PractitionerItem[]
}

type Sites = Map<string, api.OrganizationItem[]>

/** Sites by the code of the place that they stand in. */
export function byPlace(sites: api.OrganizationItem[]): Sites {
  const places: Sites = new Map()
  for (const site of sites) {
    places.set(site.region.code, [...(places.get(site.region.code) ?? []), site])
  }
  return places
}

async function sitesIn(code: string, level: number, asking: api.Asking): Promise<Sites> {
  const type = types[level]
  if (!type) return new Map()
  return byPlace(await api.allOrganizations({ region: code, type }, pages, asking))
}

/** The path without the place itself, nearest first. */
export function placesAbove({ code, path }: Pick<api.RegionDetail, 'code' | 'path'>) {
  return path.filter((step) => step.code !== code).reverse()
}

/** The nearest site above; where the next level has none, the one above that. */
async function sitesAbove(region: api.RegionDetail, asking: api.Asking): Promise<Place['above']> {
  for (const step of placesAbove(region)) {
    const sites = (await sitesIn(step.code, step.level, asking)).get(step.code)
    if (sites) return [{ region: step, sites }]
  }
  return []
}

async function othersIn(region: api.RegionDetail, asking: api.Asking) {
  if (region.level < town) return []
  const all = await api.searchOrganizations({ region: region.code, limit: 50 }, asking)
  return all.items.filter(
    (one) =>
      one.region.code === region.code &&
      !one.types.some(({ code }) => code === types[region.level]),
  )
}

async function counselOf(region: api.RegionDetail, asking: api.Asking) {
  if (region.level < village) return []
  const query = { region: region.code, type: 'village_counsel', limit: 10 }
  return (await api.searchPractitioners(query, asking)).items
}

export async function loadPlace(code: string, asking: api.Asking): Promise<Place> {
  const region = await api.region(code, asking)
  const [own, under, children, above, others, counsel] = await Promise.all([
    sitesIn(code, region.level, asking),
    types[region.level + 1] === types[region.level]
      ? undefined // the same type: the first answer has them all
      : sitesIn(code, region.level + 1, asking),
    region.has_children ? api.regions(code) : [],
    sitesAbove(region, asking),
    othersIn(region, asking),
    counselOf(region, asking),
  ])
  const below = under ?? own

  return {
    region,
    here: own.get(code) ?? [],
    above,
    below: children.map((child) => ({ region: child, sites: below.get(child.code) ?? [] })),
    others,
    counsel,
  }
}
