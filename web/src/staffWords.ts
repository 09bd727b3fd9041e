/* Codes of the desk, in words; a code that has no words yet is shown as it is. */

import { textOf } from './messages.ts'

/** A dot would end the key: `account.read` is `permission.account_read`. */
export function permissionName(code: string): string {
  return textOf(`permission.${code.replace(/\W/g, '_')}`) ?? code
}

/** What acts are about, as the trail says it. */
export const subjects = [
  'account',
  'session',
  'sign_in',
  'refresh',
  'login_code',
  'password',
  'factor',
  'identity',
  'phone',
  'profile',
  'grant',
  'role',
  'rule',
  'person',
  'proxy',
  'consent',
  'contact',
  'data_request',
  'notice',
  'organization',
  'practitioner',
  'proposal',
  'entry_report',
] as const

export function subjectName(type: string): string {
  return textOf(`audit.subject.${type}`) ?? type
}

/** A request by its operation in the API's description: `PUT /api/v1/me` is `put_me`. */
export function operationOf(action: string): string {
  return action
    .replace(/^(\w+) \/api\/v1\//, (_, method: string) => `${method.toLowerCase()}_`)
    .replace(/\{(\w+)\}/g, 'by_$1')
    .replace(/\W+/g, '_')
}

/** What was done, or nothing when only the request's own name is known. */
export function actName(action: string): string | undefined {
  return textOf(`audit.act.${operationOf(action)}`)
}
