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

/**
 * Runs `scenario(page, seen)` in a fresh profile.  It fails on an error in the console
 * that `expected` does not match, and on any request to another host.
 */
export async function visit(path, options, scenario) {
  const { expected, ...settings } = options
  const context = await browser.newContext({
    locale: 'zh-CN',
    viewport: desktop,
    ...settings,
  })
  const page = await context.newPage()
  const seen = { requests: [], errors: [] }
  page.on('request', (request) => seen.requests.push(request))
  page.on('pageerror', (error) => seen.errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text())
  })

  try {
    await page.goto(new URL(path, site).href)
    await scenario(page, seen)
    assert.deepEqual(
      seen.errors.filter((error) => !expected?.test(error)),
      [],
    )
    const foreign = seen.requests.map((request) => new URL(request.url()).host)
    assert.deepEqual([...new Set(foreign)], [site.host])
  } catch (failure) {
    const picture = process.env.LEGALNET_PICTURES
    if (picture)
      await page.screenshot({
        path: `${picture}/${Date.now()}.png`,
        fullPage: true,
      })
    throw failure
  } finally {
    await context.close()
  }
}

/** No violation of WCAG 2.1 A and AA that axe can see. */
export async function accessible(page) {
  await page.evaluate(axeSource)
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
  const excess = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  assert.ok(excess <= 0, `the page is ${excess} px too wide`)
}

export const cards = (page) => page.locator('.results .card')
export const names = (page) => page.locator('.results .card-title a').allInnerTexts()

/** Waits until a search has been answered, well or badly. */
export async function answered(page) {
  await page.locator('.search-main .loading').waitFor({ state: 'detached' })
}

/** Labor lawyers in Wenzhou. */
export async function searchInWenzhou(page) {
  await page.getByLabel('省、自治区、直辖市').selectOption({ label: '浙江省' })
  await page.getByLabel('市、州').selectOption({ label: '温州市' })
  await page.getByLabel('遇到了什么事').selectOption('labor')
  await page.getByLabel('找哪一类人').selectOption('lawyer')
  await page.getByRole('button', { name: '查找' }).click()
  await page.waitForFunction(() => window.location.hash.includes('330300'))
  await answered(page)
}
