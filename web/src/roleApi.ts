/* Roles and rules as data: what security and system administrators change. */

import { client, type Asking, type Page } from './api.ts'
import type { paths } from './api.generated.ts'
import type { Body, Item } from './apiTypes.ts'
import { askMine, attemptMine } from './renewal.ts'

export type Permission = Item<paths['/api/v1/admin/permissions']['get']>
export type NewRole = Body<paths['/api/v1/admin/roles']['post']>
export type RoleEdit = Omit<Body<paths['/api/v1/admin/roles/{id}']['put']>, 'version'>
export type Rule = Item<paths['/api/v1/admin/rules']['get']>
export type NewRule = Body<paths['/api/v1/admin/rules']['post']>

const keyed = (key: string) => ({ params: { header: { 'Idempotency-Key': key } } })

export const permissions = (asking?: Asking): Promise<Page<Permission>> =>
  askMine((signal) => client.GET('/api/v1/admin/permissions', { signal }), asking)

export const makeRole = (body: NewRole, key: string): Promise<unknown> =>
  attemptMine((signal) => client.POST('/api/v1/admin/roles', { ...keyed(key), body, signal }))

export const editRole = (id: string, version: number, body: RoleEdit): Promise<unknown> =>
  attemptMine((signal) =>
    client.PUT('/api/v1/admin/roles/{id}', {
      params: { path: { id }, header: { 'If-Match': `"${version}"` } },
      body,
      signal,
    }),
  )

export const deleteRole = (id: string): Promise<unknown> =>
  attemptMine((signal) =>
    client.DELETE('/api/v1/admin/roles/{id}', { params: { path: { id } }, signal }),
  )

export const rules = (asking?: Asking): Promise<Page<Rule>> =>
  askMine((signal) => client.GET('/api/v1/admin/rules', { signal }), asking)

export const addRule = (body: NewRule, key: string): Promise<Rule> =>
  attemptMine((signal) => client.POST('/api/v1/admin/rules', { ...keyed(key), body, signal }))
