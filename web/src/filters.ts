/*
 * What somebody looks for.  It stands in the address bar behind the `#`, where
 * reload, bookmark and the back button find it, but which no browser sends to a
 * server: the page's own address in any log or proxy stays free of it.
 */

export type Kind = 'practitioners' | 'organizations'

export const sorts = ['rank', 'years', 'distance'] as const
export type Sort = (typeof sorts)[number]

export const sexes = ['female', 'male'] as const
export type Sex = (typeof sexes)[number]

/** Years in practice, at least; 0: whatever. */
export const experiences = [0, 3, 5, 10, 20] as const

/** Kilometers around the person; 0: as far as the server looks. */
export const radii = [0, 3, 10, 30, 100] as const

export interface Filters {
  q: string
  region: string
  area: string
  type: string
  language: string
  sex: Sex | ''
  legalAid: boolean
  minYears: number
  sort: Sort | ''
  radius: number // only when the nearest stand first
}

export function noFilters(): Filters {
  return {
    q: '',
    region: '',
    area: '',
    type: '',
    language: '',
    sex: '',
    legalAid: false,
    minYears: 0,
    sort: '',
    radius: 0,
  }
}

const names = [
  'q',
  'region',
  'area',
  'type',
  'language',
  'sex',
  'legal_aid',
  'min_years',
  'sort',
  'radius',
] as const

/*
 * Only the characters with a meaning here are escaped; vue-router encodes the
 * rest, and browsers show Chinese in the bar as Chinese.
 */
function escape(value: string): string {
  return value.replace(/[%&=+#]/g, encodeURIComponent)
}

function unescape(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function oneOf<T extends string>(allowed: readonly T[], value: string): T | '' {
  return (allowed as readonly string[]).includes(value) ? (value as T) : ''
}

/** A number that the page offers no choice of is read too, as far as it is one. */
function whole(value: string, most: number): number {
  return /^\d{1,3}$/.test(value) && Number(value) <= most ? Number(value) : 0
}

export function formatFilters(filters: Filters): string {
  const values: Record<(typeof names)[number], string> = {
    ...filters,
    q: filters.q.trim(),
    legal_aid: filters.legalAid ? '1' : '',
    min_years: filters.minYears ? String(filters.minYears) : '',
    radius: filters.radius && filters.sort === 'distance' ? String(filters.radius) : '',
  }
  const parts = names
    .filter((name) => values[name] !== '')
    .map((name) => `${name}=${escape(values[name])}`)

  return parts.length ? `#${parts.join('&')}` : ''
}

/** Reads the part behind `#`; what it does not know it leaves out. */
export function parseFilters(hash: string): Filters {
  const given = new Map<string, string>()
  for (const part of hash.replace(/^#/, '').split('&')) {
    const at = part.indexOf('=')
    if (at > 0) given.set(part.slice(0, at), unescape(part.slice(at + 1)))
  }
  const value = (name: (typeof names)[number]) => given.get(name) ?? ''

  return {
    q: value('q'),
    region: value('region'),
    area: value('area'),
    type: value('type'),
    language: value('language'),
    sex: oneOf(sexes, value('sex')),
    legalAid: value('legal_aid') === '1',
    minYears: whole(value('min_years'), 80),
    sort: oneOf(sorts, value('sort')),
    radius: whole(value('radius'), 100),
  }
}

/** What an entry of the other kind cannot be asked for. */
export function filtersFor(kind: Kind, filters: Filters): Filters {
  if (kind === 'practitioners') return filters

  return {
    ...filters,
    sex: '',
    legalAid: false,
    minYears: 0,
    sort: filters.sort === 'years' ? '' : filters.sort,
  }
}
