/* The pages in English: switched, remembered, and the same as if they had begun so. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, fits, phone, settled, visit } from './browser.mjs'
import { people, profiles, signedIn } from './people.mjs'
import { routes } from './routes.mjs'

const english = (context) =>
  context.addInitScript(() => window.localStorage.setItem('legalnet.locale', 'en'))
const profileOf = profiles({ viewport: phone }, english)
const words = (page) => page.locator('body').innerText()

for (const { path, address, needs } of routes) {
  test(`${path} in English`, async () => {
    await visit(address, { context: await profileOf(needs) }, async (page) => {
      if (needs) await page.getByText('Signed in:').waitFor()
      await settled(page)
      await page.waitForLoadState('networkidle') // what a page adds to itself is there, too
      assert.equal(await page.locator('html').getAttribute('lang'), 'en')
      await fits(page)
      const begun = await words(page)

      // Over to Chinese and back: no word stays behind.
      const title = await page.title()
      await page.getByRole('button', { name: '中文' }).click()
      await page.locator('html[lang=zh-CN]').waitFor()
      assert.notEqual(await words(page), begun)
      await page.getByRole('button', { name: 'English' }).click()
      await page.locator('html[lang=en]').waitFor()
      assert.equal(await words(page), begun)
      assert.equal(await page.title(), title)
    })
  })
}

test('English is remembered and accessible', async () => {
  await visit('./organizations', {}, async (page) => {
    await settled(page)
    await page.getByRole('button', { name: 'English' }).click()
    await page.locator('html[lang=en]').waitFor()
    await page.reload()
    await settled(page)
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
    await accessible(page)
  })
})

test('a browser that asks for English gets it', async () => {
  await visit('.', { locale: 'en-GB' }, async (page) => {
    await settled(page)
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  })
})

/** By password, in whatever language the page speaks. */
async function enter(page) {
  await page
    .locator('input[autocomplete=username], input[type=tel]')
    .first()
    .fill(people.citizen.phone)
  await page.locator('input[type=password]').fill(people.citizen.password)
  await page.locator('input[type=password]').press('Enter')
}

test('who signs in is spoken to in the language that he chose, unless he has just chosen', async () => {
  const kept = (page, locale) =>
    page.waitForResponse(async (answer) => {
      if (!answer.url().endsWith('/me') || answer.request().method() !== 'PUT') return false
      return (await answer.json()).locale === locale
    })
  const prepare = async (context) => {
    await english(context)
    await signedIn('citizen')(context)
  }
  await visit('./account', { prepare }, async (page) => {
    await page.getByText('Signed in:').waitFor()
    await page.getByRole('button', { name: '中文' }).click()
    await page.locator('html[lang=zh-CN]').waitFor()
    const answer = kept(page, 'en')
    await page.getByRole('button', { name: 'English' }).click()
    await answer
  })
  await visit('./sign-in/password', {}, async (page) => {
    await settled(page)
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
    await enter(page)
    await page.locator('html[lang=en]').waitFor()
    await page.getByText('Signed in:').waitFor()
    await page.getByRole('heading', { name: 'My account' }).waitFor()
  })
  await visit('./sign-in/password', {}, async (page) => {
    await settled(page)
    await page.getByRole('button', { name: 'English' }).click()
    await page.locator('html[lang=en]').waitFor()
    await page.getByRole('button', { name: '中文' }).click()
    await page.locator('html[lang=zh-CN]').waitFor()
    const answer = kept(page, 'zh-CN')
    await enter(page)
    await answer
    await page.getByText('已登录：').waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
  })
})
