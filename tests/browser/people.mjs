/*
 * People who sign in.  test_browser.py opened their accounts and says in LEGALNET_PEOPLE
 * what they sign in with and what they may do; LEGALNET_CODE is a program that prints
 * the newest code that was sent to a phone.
 */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'

import { settled, site } from './browser.mjs'

export const people = JSON.parse(process.env.LEGALNET_PEOPLE ?? '{}')

/** The newest code for a phone. */
export function codeFor(phone) {
  const [program, ...options] = JSON.parse(process.env.LEGALNET_CODE)
  return execFileSync(program, [...options, phone], { encoding: 'utf8' }).trim()
}

/** Somebody who may open a page that needs this. */
export function whoMay(needs) {
  const fits = {
    'signed-in': ({ phone }) => Boolean(phone),
    staff: ({ name }) => Boolean(name),
  }
  const fit = fits[needs] ?? (({ permissions }) => permissions?.includes(needs))
  const found = Object.keys(people).find((who) => fit(people[who]))
  if (!found) throw new Error(`nobody may ${needs}`)
  return found
}

/** Begins a context as somebody who has signed in before. */
export const signedIn = (who) => async (context) => {
  const { phone, name, password } = people[who]
  const answer = await context.request.post(new URL('./api/v1/auth/sessions', site).href, {
    headers: { Origin: site.origin },
    data: { phone, name, password, transport: 'cookie' },
  })
  assert.equal(answer.status(), 200, await answer.text())
  await context.addInitScript(() => {
    if (!window.sessionStorage.getItem('begun')) {
      window.localStorage.setItem('legalnet.session', 'before')
      window.sessionStorage.setItem('begun', '1')
    }
  })
}

/** By password, in the page itself. */
export async function signInHere(page, who) {
  const { phone, name, password } = people[who]
  await settled(page)
  await page.getByLabel(name ? '登录名' : '手机号').fill(name ?? phone)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await page.getByLabel('密码', { exact: true }).press('Enter')
  await page.getByText('已登录：').waitFor()
}
