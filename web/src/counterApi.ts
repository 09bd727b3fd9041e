/* What a counter asks and does: records of persons, and who acts for whom. */

import { client, type Asking, type Page } from './api.ts'
import type { paths } from './api.generated.ts'
import type { Body, Item, Ok, Query } from './apiTypes.ts'
import { askMine, attemptMine } from './renewal.ts'

export type PersonItem = Item<paths['/api/v1/persons']['get']>
export type PersonQuery = Query<paths['/api/v1/persons']['get']>
export type PersonRecord = Ok<paths['/api/v1/persons/{id}']['get']>
export type NewRecord = Body<paths['/api/v1/persons']['post']>
export type Paper = Omit<Body<paths['/api/v1/persons/{id}/verify']['post']>, 'version'>
export type ClaimCode = Ok<paths['/api/v1/persons/{id}/claim-code']['post']>
export type Proxy = Item<paths['/api/v1/proxies']['get']>
export type NewAuthority = Body<paths['/api/v1/proxies']['post']>
export type ProxyQuery = Query<paths['/api/v1/proxies']['get']>

const path = (id: string) => ({ params: { path: { id } } })

/** An id and the version that was read: who changed it meanwhile is not overwritten. */
const versionOf = (id: string, version: number) => ({
  params: { path: { id }, header: { 'If-Match': `"${version}"` } },
})

export const persons = (query: PersonQuery, asking?: Asking): Promise<Page<PersonItem>> =>
  askMine((signal) => client.GET('/api/v1/persons', { params: { query }, signal }), asking)

/** Each opening is on record, and its person sees that. */
export const openRecord = (id: string, asking?: Asking): Promise<PersonRecord> =>
  askMine((signal) => client.GET('/api/v1/persons/{id}', { ...path(id), signal }), asking)

export const clearRecord = (id: string, reason: string): Promise<PersonRecord> =>
  attemptMine((signal) =>
    client.GET('/api/v1/persons/{id}/clear', {
      params: { path: { id }, query: { reason } },
      signal,
    }),
  )

export const makeRecord = async (body: NewRecord, key: string): Promise<{ id: string }> =>
  attemptMine((signal) =>
    client.POST('/api/v1/persons', {
      params: { header: { 'Idempotency-Key': key } },
      body,
      signal,
    }),
  )

export const verifyRecord = (id: string, version: number, body: Paper): Promise<PersonRecord> =>
  attemptMine((signal) =>
    client.POST('/api/v1/persons/{id}/verify', { ...versionOf(id, version), body, signal }),
  )

export const claimCode = (id: string): Promise<ClaimCode> =>
  attemptMine((signal) => client.POST('/api/v1/persons/{id}/claim-code', { ...path(id), signal }))

export const proxies = (query: ProxyQuery, asking?: Asking): Promise<Page<Proxy>> =>
  askMine((signal) => client.GET('/api/v1/proxies', { params: { query }, signal }), asking)

/** Confirmed at once: the clerk has seen both, and the paper. */
export const makeProxy = (body: NewAuthority, key: string): Promise<Proxy> =>
  attemptMine((signal) =>
    client.POST('/api/v1/proxies', {
      params: { header: { 'Idempotency-Key': key } },
      body,
      signal,
    }),
  )

export const confirmProxy = (id: string, version: number, evidence: string): Promise<Proxy> =>
  attemptMine((signal) =>
    client.POST('/api/v1/proxies/{id}/confirm', {
      ...versionOf(id, version),
      body: { evidence },
      signal,
    }),
  )

export const endProxy = (id: string): Promise<unknown> =>
  attemptMine((signal) => client.POST('/api/v1/proxies/{id}/end', { ...path(id), signal }))
