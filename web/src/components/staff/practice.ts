/* The part of a practitioner's entry that he may propose to change himself. */

export interface Practice {
  areas: string[]
  languages: string[]
  regions_served: string[]
  legal_aid: boolean
  phone: string
  introduction: string
}

export const noPractice = (): Practice => ({
  areas: [],
  languages: [],
  regions_served: [],
  legal_aid: false,
  phone: '',
  introduction: '',
})

/** Codes with blanks between. */
export const codesOf = (text: string | null) => (text ?? '').split(' ').filter(Boolean)

/** A number that is shown masked is none to send back. */
export const phoneOf = (phone: string | null) => (phone && phone.indexOf('*') < 0 ? phone : '')
export const hiddenPhone = (phone: string | null) =>
  phone && phone.indexOf('*') >= 0 ? phone : undefined
