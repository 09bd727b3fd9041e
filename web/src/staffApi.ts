/* What the desks of staff ask and do: accounts, grants, roles, the audit trail. */

import { client, type Asking, type Page } from './api.ts'
import type { paths } from './api.generated.ts'
import type { Body, Item, Ok, Query } from './apiTypes.ts'
import { askMine, attemptMine } from './renewal.ts'

export type Account = Ok<paths['/api/v1/admin/accounts/{id}']['get']>
export type AccountQuery = Query<paths['/api/v1/admin/accounts']['get']>
export type OpenedAccount = Ok<paths['/api/v1/admin/accounts']['post']>
export type Grant = Item<paths['/api/v1/admin/grants']['get']>
export type NewGrant = Body<paths['/api/v1/admin/grants']['post']>
export type Role = Item<paths['/api/v1/admin/roles']['get']>
export type Reason = Item<paths['/api/v1/admin/why']['get']>
export type WhyQuery = Query<paths['/api/v1/admin/why']['get']>
export type AuditEvent = Item<paths['/api/v1/admin/audit-events']['get']>
export type AuditQuery = Query<paths['/api/v1/admin/audit-events']['get']>

export type EntryReport = Item<paths['/api/v1/entry-reports']['get']>
export type ReportQuery = Query<paths['/api/v1/entry-reports']['get']>
export type Settlement = Body<paths['/api/v1/entry-reports/{id}/settle']['post']>
export type Proposal = Item<paths['/api/v1/proposals']['get']>
export type ProposalQuery = Query<paths['/api/v1/proposals']['get']>
export type SentNotice = Item<paths['/api/v1/admin/notices']['get']>
export type NoticeQuery = Query<paths['/api/v1/admin/notices']['get']>

const path = (id: string) => ({ params: { path: { id } } })

export const accounts = (query: AccountQuery, asking?: Asking): Promise<Page<Account>> =>
  askMine((signal) => client.GET('/api/v1/admin/accounts', { params: { query }, signal }), asking)

export const account = (id: string, asking?: Asking): Promise<Account> =>
  askMine((signal) => client.GET('/api/v1/admin/accounts/{id}', { ...path(id), signal }), asking)

export const openAccount = (name: string): Promise<OpenedAccount> =>
  attemptMine((signal) => client.POST('/api/v1/admin/accounts', { body: { name }, signal }))

export const disableAccount = (id: string): Promise<Account> =>
  attemptMine((signal) =>
    client.POST('/api/v1/admin/accounts/{id}/disable', { ...path(id), signal }),
  )

export const enableAccount = (id: string): Promise<Account> =>
  attemptMine((signal) =>
    client.POST('/api/v1/admin/accounts/{id}/enable', { ...path(id), signal }),
  )

export const grants = (
  query: Query<paths['/api/v1/admin/grants']['get']>,
  asking?: Asking,
): Promise<Page<Grant>> =>
  askMine((signal) => client.GET('/api/v1/admin/grants', { params: { query }, signal }), asking)

export const giveGrant = (body: NewGrant, key: string): Promise<Grant> =>
  attemptMine((signal) =>
    client.POST('/api/v1/admin/grants', {
      params: { header: { 'Idempotency-Key': key } },
      body,
      signal,
    }),
  )

export const revokeGrant = (id: string): Promise<unknown> =>
  attemptMine((signal) => client.POST('/api/v1/admin/grants/{id}/revoke', { ...path(id), signal }))

export const roles = (asking?: Asking): Promise<Page<Role>> =>
  askMine((signal) => client.GET('/api/v1/admin/roles', { signal }), asking)

export const why = (query: WhyQuery, asking?: Asking): Promise<Page<Reason>> =>
  askMine((signal) => client.GET('/api/v1/admin/why', { params: { query }, signal }), asking)

export const auditEvents = (query: AuditQuery, asking?: Asking): Promise<Page<AuditEvent>> =>
  askMine(
    (signal) => client.GET('/api/v1/admin/audit-events', { params: { query }, signal }),
    asking,
  )

/** A new first password, shown once; all sessions of the account end. */
export const resetAccount = (id: string): Promise<{ password: string }> =>
  attemptMine((signal) => client.POST('/api/v1/admin/accounts/{id}/reset', { ...path(id), signal }))

export const entryReports = (query: ReportQuery, asking?: Asking): Promise<Page<EntryReport>> =>
  askMine((signal) => client.GET('/api/v1/entry-reports', { params: { query }, signal }), asking)

export const settleReport = (id: string, body: Settlement): Promise<EntryReport> =>
  attemptMine((signal) =>
    client.POST('/api/v1/entry-reports/{id}/settle', { ...path(id), body, signal }),
  )

export const proposals = (query: ProposalQuery, asking?: Asking): Promise<Page<Proposal>> =>
  askMine((signal) => client.GET('/api/v1/proposals', { params: { query }, signal }), asking)

export const confirmProposal = (id: string): Promise<unknown> =>
  attemptMine((signal) => client.POST('/api/v1/proposals/{id}/confirm', { ...path(id), signal }))

export const refuseProposal = (id: string, reason: string): Promise<unknown> =>
  attemptMine((signal) =>
    client.POST('/api/v1/proposals/{id}/refuse', { ...path(id), body: { reason }, signal }),
  )

export const sentNotices = (query: NoticeQuery, asking?: Asking): Promise<Page<SentNotice>> =>
  askMine((signal) => client.GET('/api/v1/admin/notices', { params: { query }, signal }), asking)

export const retryNotice = (id: string): Promise<unknown> =>
  attemptMine((signal) => client.POST('/api/v1/admin/notices/{id}/retry', { ...path(id), signal }))
