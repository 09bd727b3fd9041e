import { computed, shallowRef } from 'vue'

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
  const common = {
    q: filters.q || undefined,
    region: filters.region || undefined,
    area: filters.area ? [filters.area] : undefined,
    type: filters.type || undefined,
    language: filters.language || undefined,
    near: filters.sort === 'distance' ? near : undefined,
    radius: filters.sort === 'distance' ? farthest : undefined,
    cursor: cursor ?? undefined,
  }
  if (kind === 'organizations') return common

  return {
    ...common,
    sex: filters.sex || undefined,
    legal_aid: filters.legalAid || undefined,
    sort: filters.sort || undefined,
  }
}

async function load(asked: Asked, cursor: string | null, leave: AbortSignal) {
  const query = toQuery(asked, cursor)

  if (asked.kind === 'practitioners') {
    const page = await api.searchPractitioners(query as api.PractitionerQuery, leave)
    return { found: { kind: asked.kind, items: page.items } as Found, next: page.next }
  }
  const page = await api.searchOrganizations(query as api.OrganizationQuery, leave)
  return { found: { kind: asked.kind, items: page.items } as Found, next: page.next }
}

/** A list that grows page by page and keeps what it has when a page fails. */
export function useSearch() {
  const { status, problem, ask } = useAnswer<void>()
  const list = shallowRef<Found>()
  const next = shallowRef<string | null>(null)
  let asked: Asked | undefined
  let failed: () => Promise<boolean> = async () => false

  function start(kind: Kind, filters: Filters, near: string): Promise<boolean> {
    asked = { kind, filters, near }
    list.value = undefined
    next.value = null
    return page(null)
  }

  function more(): Promise<boolean> {
    return page(next.value)
  }

  function page(cursor: string | null): Promise<boolean> {
    const mine = asked!
    failed = () => page(cursor)

    return ask(async (leave) => {
      const answer = await load(mine, cursor, leave)
      if (leave.aborted) return
      const before = cursor === null ? [] : (list.value?.items ?? [])
      list.value = {
        kind: mine.kind,
        items: [...before, ...answer.found.items],
      } as Found
      next.value = answer.next
    })
  }

  return {
    status,
    problem,
    list,
    next,
    items: computed(() => list.value?.items ?? []),
    start,
    more,
    again: () => failed(),
  }
}
