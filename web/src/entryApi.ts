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

export type EntryQualification = PractitionerEntry['qualifications'][number]
export type OutreachPlace = Item<paths['/api/v1/organizations/{id}/places']['get']>
export type NewPlace = Omit<Body<paths['/api/v1/organizations/{id}/places']['post']>, 'version'>

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

/** Its holder is out at once: the qualification is suspended, his grants end. */
export const stopQualification = (
  id: string,
  body: { basis: string },
  key: string,
): Promise<unknown> =>
  attemptMine((signal) =>
    client.POST('/api/v1/qualifications/{id}/stop', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body,
      signal,
    }),
  )

export const outreachPlaces = (id: string, asking?: Asking): Promise<{ items: OutreachPlace[] }> =>
  askMine(
    (signal) => client.GET('/api/v1/organizations/{id}/places', { ...path(id), signal }),
    asking,
  )

/** A place is a part of the entry: both acts take the entry's version, and raise it. */
const placeOf = (id: string, version: number, key: string) => ({
  params: { path: { id }, header: { 'If-Match': `"${version}"`, 'Idempotency-Key': key } },
})

export const openPlace = (
  id: string,
  version: number,
  body: NewPlace,
  key: string,
): Promise<OrganizationEntry> =>
  attemptMine((signal) =>
    client.POST('/api/v1/organizations/{id}/places', {
      ...placeOf(id, version, key),
      body,
      signal,
    }),
  )

export const closePlace = (
  id: string,
  version: number,
  body: { place: string; basis: string },
  key: string,
): Promise<OrganizationEntry> =>
  attemptMine((signal) =>
    client.POST('/api/v1/organizations/{id}/places/close', {
      ...placeOf(id, version, key),
      body,
      signal,
    }),
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

export const withdrawProposal = (id: string): Promise<unknown> =>
  attemptMine((signal) =>
    client.POST('/api/v1/me/proposals/{id}/withdraw', { ...path(id), signal }),
  )

export type MyEntry = Item<paths['/api/v1/me/entries']['get']>

/** The practitioner that one is, if somebody has said so of one's account. */
export const myEntries = (asking?: Asking): Promise<{ items: MyEntry[] }> =>
  askMine((signal) => client.GET('/api/v1/me/entries', { signal }), asking)

/** Says whose account is whose entry; it is never said of oneself. */
export const linkAccount = (id: string, account: string): Promise<unknown> =>
  attemptMine((signal) =>
    client.PUT('/api/v1/practitioners/{id}/account', { ...path(id), body: { account }, signal }),
  )

export const unlinkAccount = (id: string): Promise<unknown> =>
  attemptMine((signal) =>
    client.DELETE('/api/v1/practitioners/{id}/account', { ...path(id), signal }),
  )
