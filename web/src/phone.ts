/* Mobile numbers as people type them: +86 138-0013-8000, or with a Chinese keyboard's digits. */

/** The eleven digits, or '' when it is no mobile number of the mainland. */
export function mobileOf(typed: string): string {
  const digits = typed
    .replace(/[\uff10-\uff19\uff0b]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\s\-()\u2010-\u2015\uff08\uff09]/g, '')
    .replace(/^(?:\+|00)?86(?=1\d{10}$)/, '')

  return /^1[3-9]\d{9}$/.test(digits) ? digits : ''
}

/** In groups, as it is read out: 138 0013 8000. */
export function spacedMobile(digits: string): string {
  return digits.replace(/^(\d{3})(\d{4})(\d{4})$/, '$1 $2 $3')
}
