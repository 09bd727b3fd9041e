/*
 * The gallery: every component in all its states, in both modes, on a phone and on a
 * desktop.  It needs no server: vite serves what it built, under the portal's policy.
 */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { build, preview } from 'vite'

const configFile = fileURLToPath(new URL('../../web/vite.gallery.ts', import.meta.url))
const outDir = mkdtempSync(join(tmpdir(), 'gallery-'))
const quiet = { configFile, logLevel: 'error', build: { outDir } }

await build(quiet)
const server = await preview({ ...quiet, preview: { host: '127.0.0.1', port: 0 } })
after(async () => {
  await server.close()
  rmSync(outDir, { recursive: true })
})

process.env.LEGALNET_URL = `http://127.0.0.1:${server.httpServer.address().port}/`
const { accessible, desktop, fits, phone, visit } = await import('./browser.mjs')

const components = await names()
const modes = { 'as it is': false, 'in the elder mode': true }

async function names() {
  let found = []
  await visit('.', {}, async (page) => {
    await page.locator('main li a').first().waitFor()
    found = await page.locator('main li a').allInnerTexts()
  })
  return found
}

/** Opens the states of a component, also those that come by a click. */
async function show(name, options, look) {
  await visit(`./#/${name}`, options, async (page, seen) => {
    if (options.elder) {
      await page.evaluate(() => window.localStorage.setItem('legalnet.elder', '1'))
      await page.reload()
    }
    await page.locator('main h1').first().waitFor()
    assert.equal(
      await page.locator('html').getAttribute('data-mode'),
      options.elder ? 'elder' : null,
    )
    await look(page, seen)
  })
}

test('there is something to see', () => {
  assert.ok(components.length >= 18, components.join(' '))
})

const elderTool = (page) => page.locator('.site-tools button', { hasText: '长辈版' })

for (const name of components) {
  test(`${name} in both modes, on a phone and on a desktop`, async () => {
    await show(name, { viewport: desktop }, async (page) => {
      for (const elder of [false, true]) {
        if (elder) await elderTool(page).click()
        for (const viewport of [desktop, phone]) {
          await page.setViewportSize(viewport)
          await accessible(page)
          await fits(page)
        }
        await page.setViewportSize({ width: 320, height: 600 })
        await fits(page)
      }

      await elderTool(page).click()
      await page.setViewportSize({ width: 640, height: 600 })
      await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
      await fits(page)
      await page.emulateMedia({ media: 'print' })
      assert.equal(await page.locator('.site-header').isVisible(), false)
    })
  })
}

for (const [mode, elder] of Object.entries(modes)) {
  test(`an open dialog ${mode}`, async () => {
    await show('ModalDialog', { viewport: phone, elder }, async (page) => {
      await page.locator('main .button-grave').first().click()
      const dialog = page.getByRole('dialog', { name: '要撤回这份申请吗？' })
      await dialog.waitFor()
      await accessible(page)
      await fits(page)

      for (let step = 0; step < 5; step++) await page.keyboard.press('Tab')
      assert.ok(
        await page.evaluate(() => {
          const here = document.activeElement
          return here === document.body || !!here.closest('dialog')
        }),
      )
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      assert.match(await page.evaluate(() => document.activeElement.className), /button-grave/)
    })
  })
}

test('a dialog in a browser without dialogs', async () => {
  await show('ModalDialog', { viewport: phone }, async (page) => {
    await page.evaluate(() => (HTMLDialogElement.prototype.showModal = undefined))
    await page.locator('main .button-grave').first().click()
    await page.getByRole('heading', { name: '要撤回这份申请吗？' }).waitFor()
    await accessible(page)
    assert.equal(await page.getByRole('banner').count(), 0, 'the page behind is hidden')

    for (let step = 0; step < 5; step++) {
      await page.keyboard.press('Tab')
      assert.ok(await page.evaluate(() => !!document.activeElement.closest('dialog')))
    }
    await page.keyboard.press('Escape')
    assert.equal(await page.getByRole('banner').count(), 1)
  })
})

test('the error summary leads to each input, by keyboard alone', async () => {
  await show('ErrorForm', { viewport: phone }, async (page) => {
    await page.getByRole('button', { name: '继续' }).press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert')

    for (const [text, id] of [
      ['请填写姓名', 'name'],
      ['请填写出生日期', 'day'],
      ['请选择您替谁申请', 'who'],
    ]) {
      await page.getByRole('alert').getByRole('link', { name: text }).press('Enter')
      assert.equal(await page.evaluate(() => document.activeElement.id), id)
      assert.ok(await page.locator(`#${id}-error`).isVisible())
    }
  })
})

test('in forced colors what is chosen has a border', async () => {
  await show('Tabs', { viewport: desktop, forcedColors: 'active' }, async (page) => {
    const border = (tab) => tab.evaluate((one) => window.getComputedStyle(one).borderTopWidth)
    assert.equal(await border(page.getByRole('tab', { selected: true })), '3px')
    assert.equal(await border(page.getByRole('tab', { selected: false }).first()), '1px')
  })
})

test('what has the focus shows it', async () => {
  for (const name of ['Buttons', 'Choices', 'Tabs', 'SearchBox', 'RegionPicker']) {
    await show(name, { viewport: desktop }, async (page) => {
      for (let step = 0; step < 12; step++) {
        await page.keyboard.press('Tab')
        const shown = await page.evaluate(() => {
          const { outlineStyle, outlineWidth } = window.getComputedStyle(document.activeElement)
          return document.activeElement === document.body || `${outlineStyle} ${outlineWidth}`
        })
        assert.ok(shown === true || shown === 'solid 3px', `${name}: ${shown}`)
      }
    })
  }
})

test('the quick exit leaves no way back to the page', async () => {
  await visit('./#/', { expected: /404/ }, async (page) => {
    await page.locator('main li a', { hasText: 'QuickExit' }).click()
    await page.getByRole('link', { name: '紧急离开' }).waitFor()
    const before = await page.evaluate(() => window.history.length)
    for (let press = 0; press < 3; press++) await page.keyboard.press('Escape')
    await page.waitForURL(/leave\.html$/)

    assert.equal(await page.evaluate(() => window.history.length), before)
    await page.goBack()
    assert.doesNotMatch(page.url(), /QuickExit/)
  })
})

test('reading aloud speaks the page and stops', async () => {
  await show('Tabs', { viewport: phone, elder: true }, async (page) => {
    const spoken = await page.evaluate(async () => {
      const words = []
      window.speechSynthesis.speak = (one) => words.push(one.text)
      ;[...document.querySelectorAll('button')].find((one) => /朗读/.test(one.textContent)).click()
      return words
    })
    assert.ok(spoken.includes('身份证、收入证明、和案子有关的材料。'), spoken.join(' | '))
    await page.getByRole('button', { name: '停止朗读' }).click()
    await page.getByRole('button', { name: '朗读本页' }).waitFor()
  })
})
