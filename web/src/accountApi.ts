/* What one may ask and change about oneself. */

import { attempt, client, type Asking } from './api.ts'
import type { paths } from './api.generated.ts'
import { askMine, attemptMine } from './renewal.ts'

type Ok<Operation> = Operation extends {
  responses: { 200: { content: { 'application/json': infer Body } } }
}
  ? Body
  : never
type Body<Operation> = Operation extends {
  requestBody?: { content: { 'application/json': infer Sent } }
}
  ? NonNullable<Sent>
  : never

export type Me = Ok<paths['/api/v1/me']['get']>
export type MyGrants = Ok<paths['/api/v1/me/grants']['get']>
export type MySession = Ok<paths['/api/v1/me/sessions']['get']>['items'][number]
export type Credentials = Omit<Body<paths['/api/v1/auth/sessions']['post']>, 'transport' | 'device'>
export type NewPassword = Omit<Body<paths['/api/v1/me/password']['put']>, 'device'>
export type CodePurpose = Body<paths['/api/v1/auth/codes']['post']>['purpose']

export const me = (asking?: Asking) =>
  askMine((signal) => client.GET('/api/v1/me', { signal }), asking)

export const myGrants = (asking?: Asking) =>
  askMine((signal) => client.GET('/api/v1/me/grants', { signal }), asking)

export const askForCode = (phone: string, purpose: CodePurpose) =>
  attempt((signal) => client.POST('/api/v1/auth/codes', { body: { phone, purpose }, signal }))

export const signIn = (credentials: Credentials) =>
  attempt((signal) =>
    client.POST('/api/v1/auth/sessions', {
      body: { ...credentials, transport: 'cookie' },
      signal,
    }),
  )

export const endSession = () =>
  attempt((signal) => client.POST('/api/v1/auth/sign-out', { body: {}, signal }))

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
