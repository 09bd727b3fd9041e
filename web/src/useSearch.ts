import { computed, onScopeDispose, ref, shallowRef } from 'vue'

import * as api from './api.ts'
import type { Filters, Kind } from './filters.ts'
import { useAnswer } from './useAnswer.ts'

/** The entries found so far; the kind says which card shows them. */
export type Found =
  | { kind: 'practitioners'; items: api.PractitionerItem[] }
  | { kind: 'organizations'; items: api.OrganizationItem[] }

const farthest = 100 // km; beyond it nobody is near

type Asked = { kind: Kind; filters: Filters; near: string }

/** The filters in the API's words; what is not set is not sent. */
export function toQuery({ kind, filters, near }: Asked, cursor: string | null) {
  const nearest = filters.sort === 'distance'
  const common = {
    q: filters.q || undefined,
    region: filters.region || undefined,
    area: filters.area ? [filters.area] : undefined,
    type: filters.type || undefined,
    language: filters.language || undefined,
    near: nearest ? near : undefined,
    radius: nearest ? filters.radius || farthest : undefined,
    cursor: cursor ?? undefined,
  }
  if (kind === 'organizations') return common

  return {
    ...common,
    sex: filters.sex || undefined,
    legal_aid: filters.legalAid || undefined,
    min_years: filters.minYears || undefined,
    sort: filters.sort || undefined,
  }
}

async function load(asked: Asked, cursor: string | null, asking: api.Asking) {
  const query = toQuery(asked, cursor)

  if (asked.kind === 'practitioners') {
    const page = await api.searchPractitioners(query as api.PractitionerQuery, asking)
    return { found: { kind: asked.kind, items: page.items } as Found, next: page.next }
  }
  const page = await api.searchOrganizations(query as api.OrganizationQuery, asking)
  return { found: { kind: asked.kind, items: page.items } as Found, next: page.next }
}

/**
 * How many there are of each type and matter.  They come after the list, and
 * when they do not come nobody misses them.
 */
function useFacets() {
  const facets = shallowRef<api.Facets>()
  let leaving: AbortController | undefined

  async function count(asked: Asked) {
    leaving?.abort()
    const mine = new AbortController()
    leaving = mine
    facets.value = undefined
    const query = { ...toQuery(asked, null), sort: undefined }

    try {
      const counted = await api.facets(`/api/v1/${asked.kind}`, query, mine.signal)
      if (leaving === mine) facets.value = counted
    } catch {
      if (leaving === mine) facets.value = undefined
    }
  }

  onScopeDispose(() => leaving?.abort())

  return { facets, count }
}

/** A list that grows page by page and keeps what it has when a page fails. */
export function useSearch() {
  const { status, problem, wait, ask } = useAnswer<void>()
  const { facets, count } = useFacets()
  const list = shallowRef<Found>()
  const next = shallowRef<string | null>(null)
  const pages = ref(0)
  let asked: Asked | undefined
  let failed: () => Promise<boolean> = async () => false

  async function start(kind: Kind, filters: Filters, near: string): Promise<boolean> {
    const mine = { kind, filters, near }
    asked = mine
    list.value = undefined
    next.value = null
    pages.value = 0
    facets.value = undefined
    const arrived = await page(null)
    if (arrived && asked === mine) void count(mine)
    return arrived
  }

  function more(): Promise<boolean> {
    return page(next.value)
  }

  function page(cursor: string | null): Promise<boolean> {
    const mine = asked!
    failed = () => page(cursor)

    return ask(async (asking) => {
      const answer = await load(mine, cursor, asking)
      if (asking.signal.aborted) return
      const before = cursor === null ? [] : (list.value?.items ?? [])
      list.value = {
        kind: mine.kind,
        items: [...before, ...answer.found.items],
      } as Found
      next.value = answer.next
      pages.value++
    })
  }

  return {
    status,
    problem,
    wait,
    list,
    next,
    pages,
    facets,
    items: computed(() => list.value?.items ?? []),
    start,
    more,
    again: () => failed(),
  }
}
