/* The part of a practitioner's entry that he may propose to change himself. */

export interface Practice {
  areas: string[]
  languages: string[]
  legal_aid: boolean
  phone: string
  introduction: string
}

export const noPractice = (): Practice => ({
  areas: [],
  languages: [],
  legal_aid: false,
  phone: '',
  introduction: '',
})

/** A number that is shown masked is none to send back. */
export const phoneOf = (phone: string | null) => (phone && phone.indexOf('*') < 0 ? phone : '')
export const hiddenPhone = (phone: string | null) =>
  phone && phone.indexOf('*') >= 0 ? phone : undefined
