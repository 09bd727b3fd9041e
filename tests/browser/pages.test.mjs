/* Every page: accessible, narrow, in the elder mode, without JavaScript. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, answered, cards, desktop, fits, phone, site, visit } from './browser.mjs'

const practitioner = process.env.LEGALNET_PRACTITIONER
const organization = process.env.LEGALNET_ORGANIZATION

const pages = {
  people: ['.', '找法律帮助'],
  organizations: ['./organizations', '找法律帮助'],
  'a person': [`./practitioners/${practitioner}`, null],
  'an organization': [`./organizations/${organization}`, null],
  'the API': ['./developers', '开放接口'],
  'no page': ['./no/such/page', '没有这个页面'],
}

async function settled(page, title) {
  await page.getByRole('heading', { level: 1, ...(title && { name: title }) }).waitFor()
  await page.locator('.loading').waitFor({ state: 'detached' })
}

for (const [name, [path, title]] of Object.entries(pages)) {
  for (const viewport of [phone, desktop]) {
    test(`${name} at ${viewport.width} px`, async () => {
      await visit(path, { viewport }, async (page) => {
        await settled(page, title)
        await accessible(page)
        await fits(page)
        assert.ok((await page.locator('a[href="tel:12348"]').count()) > 0)
        assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
      })
    })
  }

  test(`${name} at 320 px, and with letters of twice the size`, async () => {
    await visit(path, { viewport: { width: 320, height: 600 } }, async (page) => {
      await settled(page, title)
      await fits(page)
    })
    await visit(path, { viewport: { width: 640, height: 600 } }, async (page) => {
      await settled(page, title)
      await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
      await fits(page)
    })
  })

  test(`${name} in the elder mode`, async () => {
    await visit(path, { viewport: phone }, async (page) => {
      await settled(page, title)
      const size = () =>
        page.evaluate(() => parseFloat(window.getComputedStyle(document.body).fontSize))
      const before = await size()
      await page.getByRole('button', { name: '长辈版' }).click()
      assert.ok((await size()) >= before * 1.3)
      await accessible(page)
      await fits(page)

      await page.reload()
      await settled(page, title)
      assert.ok((await size()) >= before * 1.3)
    })
  })
}

test('without JavaScript the hotline is there', async () => {
  await visit('.', { javaScriptEnabled: false }, async (page) => {
    assert.match(await page.locator('noscript, body').last().innerText(), /12348/)
    assert.ok(await page.locator('a[href="tel:12348"]').last().isVisible())
  })
})

test('an entry that is not there is said in words', async () => {
  await visit('./practitioners/999999999', { expected: /404/ }, async (page) => {
    await page.getByText('没有找到这条信息').waitFor()
    await accessible(page)
    assert.equal(await page.getByRole('button', { name: '再试一次' }).count(), 0)
  })
})

test('the API page opens every operation', async () => {
  await visit('./developers', { viewport: phone }, async (page) => {
    await settled(page, '开放接口')
    for (const operation of await page.locator('.operation summary').all()) await operation.click()
    await page.getByText('Idempotency-Key').first().waitFor()
    await accessible(page)
    await fits(page)
  })
})

test('an organization opens from its card and can be called', async () => {
  await visit('./organizations#type=service_center', {}, async (page) => {
    await answered(page)
    await cards(page).first().locator('.card-title a').click()
    await page.locator('article.sheet').waitFor()
    assert.ok(page.url().startsWith(new URL('./organizations/', site).href))
    assert.ok((await page.locator('article a[href^="tel:"]').count()) > 0)
  })
})

test('an error in an entry is reported once, however often it is sent', async () => {
  await visit(`./practitioners/${practitioner}`, {}, async (page, seen) => {
    await page.getByRole('button', { name: '这条信息有错' }).click()
    await page.getByRole('button', { name: '提交' }).click()
    await page.getByText('请先改好下面的内容').waitFor()
    await accessible(page)
    await page.getByRole('link', { name: '请选择哪一项有错' }).click()
    assert.equal(await page.evaluate(() => document.activeElement.id), 'report-field')

    await page.getByLabel('哪一项有错').selectOption({ index: 1 })
    await page.getByLabel('错在哪里').fill('名字里的“敏”应当是“民”。')
    await page.getByRole('button', { name: '提交' }).click()
    await page.getByText('谢谢您').waitFor()
    await accessible(page)

    const sent = seen.requests.filter((request) => request.method() === 'POST')
    assert.equal(sent.length, 1)
    assert.match((await sent[0].allHeaders())['idempotency-key'], /^[0-9a-f]{32}$/)
  })
})
