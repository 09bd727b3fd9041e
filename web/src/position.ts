/*
 * Where the person is, if he pressed the button and the browser agreed.  It is
 * kept in memory only, and rounded to about a hundred meters before it leaves.
 */

import { ref } from 'vue'

export type PositionFailure = 'denied' | 'unavailable' | 'unsupported'

/** "longitude,latitude" in WGS-84, or empty. */
export const near = ref('')

export function locate(): Promise<string> {
  return new Promise((resolve, reject: (failure: PositionFailure) => void) => {
    if (!navigator.geolocation || !window.isSecureContext) {
      reject('unsupported')
      return
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        near.value = `${coords.longitude.toFixed(3)},${coords.latitude.toFixed(3)}`
        resolve(near.value)
      },
      (failure) => reject(failure.code === failure.PERMISSION_DENIED ? 'denied' : 'unavailable'),
      { maximumAge: 300_000, timeout: 15_000 },
    )
  })
}
