/* The database is away while these run: sentences instead of a blank page. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, fits, sizes, visit } from './browser.mjs'

const practitioner = process.env.LEGALNET_PRACTITIONER
const refused = { expected: /503|504/ }

for (const [where, viewport] of Object.entries(sizes)) {
  test(`a search says that it cannot, and what to do, ${where}`, async () => {
    await visit('./practitioners#region=330300', { viewport, ...refused }, async (page) => {
      const notice = page.getByRole('alert').filter({ hasText: '系统暂时不能提供查找' })
      await notice.waitFor()
      await notice.locator('a[href="tel:12348"]').waitFor()
      await notice.getByRole('button', { name: '再试一次' }).waitFor()
      await accessible(page)
      await fits(page)
    })
  })
}

test('a detail page says it too', async () => {
  await visit(`./practitioners/${practitioner}`, refused, async (page) => {
    await page.getByText('系统暂时不能提供查找').waitFor()
    await accessible(page)
  })
})

test('the API page needs no database', async () => {
  await visit('./developers', refused, async (page) => {
    await page.getByText('/api/v1/practitioners').first().waitFor()
    assert.ok((await page.locator('.operation').count()) > 5)
  })
})
