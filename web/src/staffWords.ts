/* Codes of the desk, in words; a code that has no words yet is shown as it is. */

import { textOf } from './messages.ts'

/** A dot would end the key: `account.read` is `permission.account_read`. */
export function permissionName(code: string): string {
  return textOf(`permission.${code.replace(/\W/g, '_')}`) ?? code
}

export function subjectName(type: string): string {
  return textOf(`audit.subject.${type}`) ?? type
}

const acts: [RegExp, string][] = [
  [/^POST .*\/auth\/codes$/, 'code'],
  [/^POST .*\/auth\/sessions$/, 'signIn'],
  [/^POST .*\/auth\/refresh$/, 'refresh'],
  [/^POST .*\/auth\/sign-out$/, 'signOut'],
  [/^DELETE .*\/me\/sessions/, 'endSession'],
  [/^PUT .*\/me\/password$/, 'password'],
  [/^POST .*\/admin\/accounts$/, 'openAccount'],
  [/^POST .*\/disable$/, 'disable'],
  [/^POST .*\/enable$/, 'enable'],
  [/^POST .*\/admin\/grants$/, 'grant'],
  [/^POST .*\/revoke$/, 'revoke'],
  [/^POST .*\/reports$/, 'report'],
]

/** What was done, or nothing when only the request's own name is known. */
export function actName(action: string): string | undefined {
  const found = acts.filter(([form]) => form.test(action))[0]
  return found && textOf(`audit.act.${found[1]}`)
}
