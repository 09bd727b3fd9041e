/*
 * What every scenario needs: Debian's chromium on the site that LEGALNET_URL names,
 * with an eye on the console and on every request.
 */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after } from 'node:test'

import { chromium } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')

export const site = new URL(process.env.LEGALNET_URL)
export const phone = { width: 360, height: 740 }
export const tablet = { width: 768, height: 1024 }
export const desktop = { width: 1280, height: 900 }
export const sizes = { 'on a phone': phone, 'on a desktop': desktop }

/** In Wenzhou, on the bank of the Oujiang. */
export const wenzhou = { longitude: 120.655, latitude: 28.02 }

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
after(() => browser.close())

/** A token that somebody's change made stale is renewed: the console shows the 401 before. */
const stale = /status of 401/

/** A fresh profile. */
export const profile = (settings) =>
  browser.newContext({ locale: 'zh-CN', viewport: desktop, ...settings })

/**
 * Runs `scenario(page, seen)` in a fresh profile, or in the one that `context` brings.
 * It fails on an error in the console that `expected` does not match, and on any request
 * to another host that `foreign` does not.
 */
export async function visit(path, options, scenario) {
  const { expected, foreign, prepare, context: brought, ...settings } = options
  const context = brought ?? (await profile(settings))
  await prepare?.(context)
  const page = await context.newPage()
  const seen = { requests: [], errors: [], refused: [], renewed: false }
  page.on('request', (request) => seen.requests.push(request))
  page.on('response', (answer) => {
    if (answer.url().endsWith('/auth/refresh') && answer.ok()) seen.renewed = true
  })
  page.on('pageerror', (error) => seen.errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text())
    if (/Content[- ]Security[- ]Policy/i.test(message.text())) seen.refused.push(message.text())
  })

  try {
    await page.goto(new URL(path, site).href)
    await scenario(page, seen)
    assert.deepEqual(
      seen.errors.filter((error) => !expected?.test(error) && !(seen.renewed && stale.test(error))),
      [],
    )
    const hosts = seen.requests.map((request) => new URL(request.url()).host)
    const others = [...new Set(hosts)].filter((host) => !foreign?.test(host))
    assert.deepEqual(others, [site.host])
    assert.deepEqual(seen.refused, [])
  } catch (failure) {
    const picture = process.env.LEGALNET_PICTURES
    if (picture)
      await page.screenshot({
        path: `${picture}/${Date.now()}.png`,
        fullPage: true,
      })
    throw failure
  } finally {
    await (brought ? page : context).close()
  }
}

/** Until the page shows a heading and nothing on it waits for an answer. */
export async function settled(page) {
  await page.locator('main h1').first().waitFor()
  await page.waitForFunction(
    () => !document.querySelector('main .loading, main [aria-busy="true"]'),
  )
}

/** Another size of the window; measuring lays it out (frames would not come without JavaScript). */
export async function resize(page, width, height = 740) {
  await page.setViewportSize({ width, height })
  await page.evaluate(() => document.documentElement.offsetWidth)
}

/** No violation of WCAG 2.1 A and AA that axe can see. */
export async function accessible(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  const violations = await page.evaluate(async () => {
    const result = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
    })
    return result.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map((node) => `${node.html} ${node.failureSummary}`),
    }))
  })
  assert.deepEqual(violations, [])
}

/** Nothing sticks out to the side. */
export async function fits(page) {
  const { excess, width, outside } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const out = (one) => one.getBoundingClientRect().right > clientWidth + 0.5
    const found =
      scrollWidth > clientWidth ? [...document.querySelectorAll('body *')].filter(out) : []
    return {
      excess: scrollWidth - clientWidth,
      width: clientWidth,
      outside: found.slice(-3).map((one) => one.outerHTML.slice(0, 150)),
    }
  })
  assert.ok(excess <= 0, `at ${width} px the page is ${excess} px too wide: ${outside.join(' ')}`)
}

export const cards = (page) => page.locator('.results .card')
export const names = (page) => page.locator('.results .card-title a').allInnerTexts()

/** Waits until a search has been answered, well or badly. */
export async function answered(page) {
  await page.locator('.search-main .loading').waitFor({ state: 'detached' })
}

/** On a narrow screen the conditions are folded away while there are results. */
export async function unfold(page) {
  const fold = page.locator('button[aria-controls="search-form"]')
  await page.locator('#search-form').waitFor({ state: 'attached' })
  if ((await fold.isVisible()) && (await fold.getAttribute('aria-expanded')) === 'false')
    await fold.click()
}

/** Labor lawyers in Wenzhou. */
export async function searchInWenzhou(page) {
  await unfold(page)
  await page.getByLabel('省、自治区、直辖市').selectOption({ label: '浙江省' })
  await page.getByLabel('市、州').selectOption({ label: '温州市' })
  await page.getByLabel('遇到了什么事').selectOption('labor')
  await page.getByLabel('找哪一类人').selectOption('lawyer')
  await page.getByRole('button', { name: '查找' }).click()
  await page.waitForFunction(() => window.location.hash.includes('330300'))
  await answered(page)
}
