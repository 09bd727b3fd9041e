/*
 * People who sign in.  browser_world.py opened their accounts and says in LEGALNET_PEOPLE
 * what they sign in with and what they may do; LEGALNET_NOTICES is the file into which
 * a demonstration writes its messages.
 */

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { profile, settled, site } from './browser.mjs'

export const people = JSON.parse(process.env.LEGALNET_PEOPLE ?? '{}')

/** The newest code for a phone so far, as whoever runs the demonstration finds it. */
export function newestCode(phone) {
  const lines = readFileSync(process.env.LEGALNET_NOTICES, 'utf8').split('\n').filter(Boolean)
  const sent = lines.map((line) => JSON.parse(line)).filter(({ to }) => to === phone)
  const codes = sent.map(({ params }) => params.code).filter(Boolean)
  return codes[codes.length - 1]
}

/** The same, until there is one that is another than `before`. */
export async function codeFor(phone, before) {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
    const code = newestCode(phone)
    if (code && code !== before) return code
  }
  assert.fail(`no code for ${phone}`)
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

async function signIn(who, context) {
  const { phone, name, password } = people[who]
  const answer = await context.request.post(new URL('./api/v1/auth/sessions', site).href, {
    headers: { Origin: site.origin },
    data: { phone, name, password, transport: 'cookie' },
  })
  assert.equal(answer.status(), 200, await answer.text())
}

/** Whoever comes after a scenario in English finds his account as it was. */
export async function speakChinese(who, context) {
  const me = new URL('./api/v1/me', site).href
  await signIn(who, context)
  const { version } = await (await context.request.get(me)).json()
  const options = { headers: { Origin: site.origin }, data: { locale: 'zh-CN', version } }
  const answer = await context.request.put(me, options)
  assert.equal(answer.status(), 200, await answer.text())
}

/** Begins a context as somebody who has signed in before. */
export const signedIn = (who) => async (context) => {
  await signIn(who, context)
  await context.addInitScript(() => {
    if (!window.sessionStorage.getItem('begun')) {
      window.localStorage.setItem('legalnet.session', 'before')
      window.sessionStorage.setItem('begun', '1')
    }
  })
}

/**
 * Of whoever may see a page, when not everybody may: the profile of each, once for all
 * pages, for in life too one opens page after page.
 */
export function profiles(settings, prepare) {
  const kept = new Map()
  return async (needs) => {
    const who = needs && whoMay(needs)
    if (!kept.has(who)) {
      const context = await profile(settings)
      await prepare?.(context)
      if (who) await signedIn(who)(context)
      kept.set(who, context)
    }
    return kept.get(who)
  }
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

/** What an authenticator shows now (RFC 6238), for a secret in base32. */
export function totp(secret, time = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replace(/\W/g, '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}
