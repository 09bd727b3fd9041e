/* Kinds of documents that say who somebody is. */

import { t, textOf } from './messages.ts'

const kinds = [
  'identity_card',
  'foreigner_residence',
  'hk_macao_taiwan_residence',
  'passport',
  'uscc',
] as const

export const documentKinds = () =>
  kinds.map((kind) => ({ value: kind as string, text: t(`document.${kind}`) }))

/** Kind and number of somebody's document, the number as the server shows it. */
export function documentText(one: {
  document_kind: string | null
  document_number: string | null
}): string {
  if (!one.document_kind) return t('person.none')
  return [textOf(`document.${one.document_kind}`), one.document_number].filter(Boolean).join(' ')
}
