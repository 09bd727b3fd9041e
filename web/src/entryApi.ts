/* Entries of the directory for whoever edits them, or proposes to. */

import { client, type Asking, type Page } from './api.ts'
import type { paths } from './api.generated.ts'
import type { Body, Item, Ok } from './apiTypes.ts'
import { askMine, attemptMine } from './renewal.ts'

export type OrganizationEntry = Ok<paths['/api/v1/organizations/{id}/entry']['get']>
export type PractitionerEntry = Ok<paths['/api/v1/practitioners/{id}/entry']['get']>
export type OrganizationEdit = Omit<Body<paths['/api/v1/organizations/{id}']['put']>, 'version'>
export type PractitionerEdit = Omit<Body<paths['/api/v1/practitioners/{id}']['put']>, 'version'>
export type Correction = Item<paths['/api/v1/organizations/{id}/corrections']['get']>
export type NewProposal = Body<paths['/api/v1/practitioners/{id}/proposals']['post']>
export type Proposal = Item<paths['/api/v1/me/proposals']['get']>

export type Kind = 'organizations' | 'practitioners'

const path = (id: string) => ({ params: { path: { id } } })
const versionOf = (id: string, version: number) => ({
  params: { path: { id }, header: { 'If-Match': `"${version}"` } },
})

export const organizationEntry = (id: string, asking?: Asking): Promise<OrganizationEntry> =>
  askMine(
    (signal) => client.GET('/api/v1/organizations/{id}/entry', { ...path(id), signal }),
    asking,
  )

export const practitionerEntry = (id: string, asking?: Asking): Promise<PractitionerEntry> =>
  askMine(
    (signal) => client.GET('/api/v1/practitioners/{id}/entry', { ...path(id), signal }),
    asking,
  )

export const editOrganization = (
  id: string,
  version: number,
  body: OrganizationEdit,
): Promise<OrganizationEntry> =>
  attemptMine((signal) =>
    client.PUT('/api/v1/organizations/{id}', { ...versionOf(id, version), body, signal }),
  )

export const editPractitioner = (
  id: string,
  version: number,
  body: PractitionerEdit,
): Promise<PractitionerEntry> =>
  attemptMine((signal) =>
    client.PUT('/api/v1/practitioners/{id}', { ...versionOf(id, version), body, signal }),
  )

/** Fields that staff corrected, with what the source said. */
export const corrections = (kind: Kind, id: string, asking?: Asking): Promise<Page<Correction>> =>
  askMine<Page<Correction>>(
    (signal) =>
      kind === 'organizations'
        ? client.GET('/api/v1/organizations/{id}/corrections', { ...path(id), signal })
        : client.GET('/api/v1/practitioners/{id}/corrections', { ...path(id), signal }),
    asking,
  )

export const propose = (id: string, body: NewProposal, key: string): Promise<Proposal> =>
  attemptMine((signal) =>
    client.POST('/api/v1/practitioners/{id}/proposals', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body,
      signal,
    }),
  )

export const myProposals = (cursor?: string, asking?: Asking): Promise<Page<Proposal>> =>
  askMine(
    (signal) => client.GET('/api/v1/me/proposals', { params: { query: { cursor } }, signal }),
    asking,
  )
