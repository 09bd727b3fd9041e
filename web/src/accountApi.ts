/* What one may ask and change about oneself. */

import { ask, attempt, client, mount, type Asking } from './api.ts'
import type { paths } from './api.generated.ts'
import type { Body, Item, Ok } from './apiTypes.ts'
import { askMine, attemptMine, noteRenewal } from './renewal.ts'

export type Me = Ok<paths['/api/v1/me']['get']>
export type MyGrants = Ok<paths['/api/v1/me/grants']['get']>
export type MySession = Item<paths['/api/v1/me/sessions']['get']>
export type Credentials = Omit<Body<paths['/api/v1/auth/sessions']['post']>, 'transport' | 'device'>
export type NewPassword = Omit<Body<paths['/api/v1/me/password']['put']>, 'device'>
export type CodePurpose = Body<paths['/api/v1/auth/codes']['post']>['purpose']

export type Contact = Ok<paths['/api/v1/me/contact']['get']>
export type NewContact = Body<paths['/api/v1/me/contact']['put']>
export type Channels = Ok<paths['/api/v1/notices/channels']['get']>

export const me = (asking?: Asking) =>
  askMine((signal) => client.GET('/api/v1/me', { signal }), asking)

export const setMe = (body: Body<paths['/api/v1/me']['put']>): Promise<Me> =>
  attemptMine((signal) => client.PUT('/api/v1/me', { body, signal }))

export const myGrants = (asking?: Asking) =>
  askMine((signal) => client.GET('/api/v1/me/grants', { signal }), asking)

export const askForCode = (phone: string, purpose: CodePurpose) =>
  attempt((signal) => client.POST('/api/v1/auth/codes', { body: { phone, purpose }, signal }))

export type Ways = Ok<paths['/api/v1/auth/ways']['get']>
export type Identity = Item<paths['/api/v1/me/identities']['get']>

/** Which ways of signing in this installation offers. */
export const ways = (asking?: Asking): Promise<Ways> =>
  ask((signal) => client.GET('/api/v1/auth/ways', { signal }), asking)

/** Away to the identity provider, and back from there to a page of ours. */
export const providerUrl = (page: string) =>
  new URL(`api/v1/auth/oidc/start?return=${encodeURIComponent(page)}`, mount).href

/** Other sign-ins that lead to this account. */
export const identities = (asking?: Asking): Promise<{ items: Identity[] }> =>
  askMine((signal) => client.GET('/api/v1/me/identities', { signal }), asking)

export const removeIdentity = (kind: Identity['kind']) =>
  attemptMine((signal) =>
    client.DELETE('/api/v1/me/identities/{kind}', { params: { path: { kind } }, signal }),
  )

/** The provider's page on which one proves oneself, to bind its sign-in to this account. */
export const beginBinding = async (page: string): Promise<string> => {
  const { url } = await attemptMine((signal) =>
    client.POST('/api/v1/me/oidc/start', { body: { return: page }, signal }),
  )
  return url
}

/** Back from there: binds it. */
export const bindProvider = () =>
  attemptMine((signal) => client.POST('/api/v1/me/oidc', { signal }))

export const signIn = (credentials: Credentials) =>
  fresh(
    attempt((signal) =>
      client.POST('/api/v1/auth/sessions', {
        body: { ...credentials, transport: 'cookie' },
        signal,
      }),
    ),
  )

/** New cookies: how long they last is noted, for the lock of shared machines. */
async function fresh<T extends { expires_in: number }>(answer: Promise<T>): Promise<T> {
  const tokens = await answer
  noteRenewal(tokens.expires_in)
  return tokens
}

export const endSession = () =>
  attempt((signal) => client.POST('/api/v1/auth/sign-out', { body: {}, signal }))

/** The same while the page goes away: by a beacon, which no page has to wait for. */
export function endSessionInPassing() {
  const url = new URL('api/v1/auth/sign-out', mount).href
  try {
    const body = new Blob(['{}'], { type: 'application/json' })
    if (navigator.sendBeacon(url, body)) return
  } catch {
    // older browsers send no JSON this way, or have no beacons
  }
  endSession().catch(() => undefined)
}

export const mySessions = (asking?: Asking) =>
  askMine((signal) => client.GET('/api/v1/me/sessions', { signal }), asking)

export const endMySession = (id: string) =>
  attemptMine((signal) =>
    client.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } }, signal }),
  )

export const endOtherSessions = () =>
  attemptMine((signal) => client.DELETE('/api/v1/me/sessions', { signal }))

export const setPassword = (body: NewPassword) =>
  attemptMine((signal) => client.PUT('/api/v1/me/password', { body, signal }))

export type NewPhone = Omit<Body<paths['/api/v1/me/phone']['post']>, 'device'>

export const setPhone = (body: NewPhone) =>
  attemptMine((signal) => client.POST('/api/v1/me/phone', { body, signal }))

/** How this installation sends messages; a demonstration writes them into a file. */
export const channels = (asking?: Asking): Promise<Channels> =>
  ask((signal) => client.GET('/api/v1/notices/channels', { signal }), asking)

export const contact = (asking?: Asking): Promise<Contact> =>
  askMine((signal) => client.GET('/api/v1/me/contact', { signal }), asking)

export const setContact = (body: NewContact): Promise<Contact> =>
  attemptMine((signal) => client.PUT('/api/v1/me/contact', { body, signal }))

export const unlock = (password: string) =>
  fresh(attempt((signal) => client.POST('/api/v1/auth/unlock', { body: { password }, signal })))

/** The second step of a sign-in: a code of the authenticator, or one of the recovery codes. */
export const proveFactor = (body: {
  code?: string
  recovery_code?: string
  certificate?: boolean
}) => attemptMine((signal) => client.POST('/api/v1/auth/factor', { body, signal }))

export type NewFactor = Ok<paths['/api/v1/me/totp']['post']>

export const beginFactor = (): Promise<NewFactor> =>
  attemptMine((signal) => client.POST('/api/v1/me/totp', { signal }))

export const confirmFactor = (code: string): Promise<{ recovery_codes: string[] }> =>
  attemptMine((signal) => client.POST('/api/v1/me/totp/confirm', { body: { code }, signal }))

export const removeFactor = (body: { code?: string; recovery_code?: string }) =>
  attemptMine((signal) => client.POST('/api/v1/me/totp/remove', { body, signal }))

export const newRecoveryCodes = (code: string): Promise<{ recovery_codes: string[] }> =>
  attemptMine((signal) => client.POST('/api/v1/me/recovery-codes', { body: { code }, signal }))

export type Certificate = Item<paths['/api/v1/me/certificates']['get']>

/** Client certificates of staff (UKey): the one that this connection presents is bound. */
export const certificates = (asking?: Asking): Promise<{ items: Certificate[] }> =>
  askMine((signal) => client.GET('/api/v1/me/certificates', { signal }), asking)

export const bindCertificate = () =>
  attemptMine((signal) => client.POST('/api/v1/me/certificates', { signal }))

export const removeCertificate = (serial: string) =>
  attemptMine((signal) =>
    client.DELETE('/api/v1/me/certificates/{serial}', { params: { path: { serial } }, signal }),
  )
