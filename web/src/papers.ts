/* Kinds of documents that say who somebody is. */

import { t } from './messages.ts'

const kinds = [
  'identity_card',
  'foreigner_residence',
  'hk_macao_taiwan_residence',
  'passport',
  'uscc',
] as const

export const documentKinds = () =>
  kinds.map((kind) => ({ value: kind as string, text: t(`document.${kind}`) }))
