/*
 * Where somebody wanted to go before he was asked to sign in.  It stands behind the '#'
 * of the sign-in page, and only a page of this site counts: whatever else a link says
 * leads to the front page.
 */

import type { RouteLocationRaw, Router } from 'vue-router'

const between = ['factor-step', 'password', 'factor']
const entrance = ['sign-in', 'sign-in-password', 'sign-in-staff', 'register']

export function hashOf(path: string): string {
  return `#to=${encodeURIComponent(path)}`
}

/** From a page that stands between a sign-in and what was wanted: the same is wanted still. */
export function onward(route: { name?: unknown; fullPath: string; hash: string }): string {
  return between.indexOf(String(route.name)) >= 0 && route.hash
    ? route.hash
    : hashOf(route.fullPath)
}

/** The page that the hash names, if it is one of ours that a sign-in may lead to. */
export function wantedPath(hash: string, router: Router): string {
  const found = /^#to=([^&]*)$/.exec(hash)
  let path = ''
  try {
    path = found ? decodeURIComponent(found[1]!) : ''
  } catch {
    return ''
  }
  if (!/^\/(?![/\\])[^\\\s]*$/.test(path)) return ''

  const name = router.resolve(path).name
  return name === 'missing' || [...entrance, 'factor-step'].indexOf(String(name)) >= 0 ? '' : path
}

/** The sign-in page, from which one comes back to `path`. */
export function signInFrom(path: string): RouteLocationRaw {
  return { name: 'sign-in', hash: path === '/' ? '' : hashOf(path) }
}
