/* The part of a practitioner's entry that he may propose to change himself. */

export interface Practice {
  areas: string[]
  languages: string[]
  regions_served: string[]
  legal_aid: boolean
  phone: string
  phone_off: boolean // the hidden number is to go
  introduction: string
}

/** What a form names and marks as wrong. */
export type PracticeField = Exclude<keyof Practice, 'phone_off'>

export const noPractice = (): Practice => ({
  areas: [],
  languages: [],
  regions_served: [],
  legal_aid: false,
  phone: '',
  phone_off: false,
  introduction: '',
})

/** Codes with blanks between. */
export const codesOf = (text: string | null) => (text ?? '').split(' ').filter(Boolean)

/** A number that is shown masked is none to send back. */
export const phoneOf = (phone: string | null) => (phone && phone.indexOf('*') < 0 ? phone : '')
export const hiddenPhone = (phone: string | null) =>
  phone && phone.indexOf('*') >= 0 ? phone : undefined

/** A hidden number cannot be emptied where it stands: what was ticked says so. */
export function withoutPhone<T extends { phone?: string; phone_off?: boolean }>(
  changes: T,
  shown: string | null,
): Omit<T, 'phone_off'> {
  const { phone_off: off, ...sent } = changes
  return off && hiddenPhone(shown) ? { ...sent, phone: '' } : sent
}
