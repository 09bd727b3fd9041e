/* Who one is, for whom one acts, what one agreed to, and what is kept about one. */

import { client, type Asking, type Page } from './api.ts'
import type { paths } from './api.generated.ts'
import type { Body, Item, Ok } from './apiTypes.ts'
import { askMine, attemptMine } from './renewal.ts'

export type Person = Ok<paths['/api/v1/me/person']['get']>
export type NewPerson = Body<paths['/api/v1/me/person']['put']>
export type Consents = Ok<paths['/api/v1/me/consents']['get']>
export type Notice = Item<paths['/api/v1/me/consents']['get']>
export type Proxy = Item<paths['/api/v1/me/proxies']['get']>
export type NewProxy = Body<paths['/api/v1/me/proxies']['post']>
export type Access = Item<paths['/api/v1/me/access-log']['get']>
export type DataRequest = Item<paths['/api/v1/me/data-requests']['get']>

const path = (id: string) => ({ params: { path: { id } } })

export const person = (asking?: Asking): Promise<Person> =>
  askMine((signal) => client.GET('/api/v1/me/person', { signal }), asking)

export const setPerson = (body: NewPerson): Promise<Person> =>
  attemptMine((signal) => client.PUT('/api/v1/me/person', { body, signal }))

export const claim = (claim_code: string): Promise<unknown> =>
  attemptMine((signal) => client.POST('/api/v1/me/claim', { body: { claim_code }, signal }))

export const consents = (asking?: Asking): Promise<Consents> =>
  askMine((signal) => client.GET('/api/v1/me/consents', { signal }), asking)

export const agree = (document: string, version: string): Promise<unknown> =>
  attemptMine((signal) =>
    client.POST('/api/v1/me/consents', { body: { document, version }, signal }),
  )

export const withdraw = (id: string): Promise<unknown> =>
  attemptMine((signal) => client.POST('/api/v1/me/consents/{id}/withdraw', { ...path(id), signal }))

export const proxies = (asking?: Asking): Promise<Page<Proxy>> =>
  askMine((signal) => client.GET('/api/v1/me/proxies', { signal }), asking)

export const askForProxy = (body: NewProxy, key: string): Promise<Proxy> =>
  attemptMine((signal) =>
    client.POST('/api/v1/me/proxies', {
      params: { header: { 'Idempotency-Key': key } },
      body,
      signal,
    }),
  )

export const confirmProxy = (id: string): Promise<unknown> =>
  attemptMine((signal) => client.POST('/api/v1/me/proxies/{id}/confirm', { ...path(id), signal }))

export const endProxy = (id: string): Promise<unknown> =>
  attemptMine((signal) => client.POST('/api/v1/me/proxies/{id}/end', { ...path(id), signal }))

export const accessLog = (cursor?: string, asking?: Asking): Promise<Page<Access>> =>
  askMine(
    (signal) => client.GET('/api/v1/me/access-log', { params: { query: { cursor } }, signal }),
    asking,
  )

export const dataRequests = (asking?: Asking): Promise<Page<DataRequest>> =>
  askMine((signal) => client.GET('/api/v1/me/data-requests', { signal }), asking)

export const askForData = (kind: DataRequest['kind'], key: string): Promise<DataRequest> =>
  attemptMine((signal) =>
    client.POST('/api/v1/me/data-requests', {
      params: { header: { 'Idempotency-Key': key } },
      body: { kind },
      signal,
    }),
  )

export const cancelRequest = (id: string): Promise<unknown> =>
  attemptMine((signal) =>
    client.POST('/api/v1/me/data-requests/{id}/cancel', { ...path(id), signal }),
  )

export const exported = (id: string, asking?: Asking): Promise<unknown> =>
  askMine(
    (signal) => client.GET('/api/v1/me/data-requests/{id}/export', { ...path(id), signal }),
    asking,
  )
