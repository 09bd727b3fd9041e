/* The rooms of the desk, and the permission that opens each; menus show no other. */

import type { MessageKey } from './messages.ts'

export interface StaffWay {
  name: string // of the route
  needs: string
  text: MessageKey
  hint: MessageKey
}

export const staffWays: readonly StaffWay[] = [
  { name: 'persons', needs: 'person.read', text: 'persons.title', hint: 'persons.hint' },
  { name: 'staff-proxies', needs: 'proxy.confirm', text: 'proxies.title', hint: 'proxies.hint' },
  { name: 'directory', needs: 'directory.edit', text: 'directory.title', hint: 'directory.hint' },
  { name: 'accounts', needs: 'account.read', text: 'accounts.title', hint: 'accounts.hint' },
  {
    name: 'account-new',
    needs: 'account.create',
    text: 'accountNew.title',
    hint: 'accountNew.hint',
  },
  { name: 'grants', needs: 'grant.read', text: 'grants.title', hint: 'grants.hint' },
  { name: 'roles', needs: 'role.read', text: 'roles.title', hint: 'roles.hint' },
  { name: 'rules', needs: 'rule.read', text: 'rules.title', hint: 'rules.hint' },
  { name: 'why', needs: 'grant.read', text: 'why.title', hint: 'why.hint' },
  { name: 'audit', needs: 'audit.read', text: 'audit.title', hint: 'audit.hint' },
  {
    name: 'entry-reports',
    needs: 'entry_report.settle',
    text: 'reports.title',
    hint: 'reports.hint',
  },
  {
    name: 'proposals',
    needs: 'directory.confirm',
    text: 'proposals.title',
    hint: 'proposals.hint',
  },
  {
    name: 'my-proposals',
    needs: 'directory.propose',
    text: 'myProposals.title',
    hint: 'myProposals.hint',
  },
  { name: 'notices', needs: 'notice.read', text: 'notices.title', hint: 'notices.hint' },
]
