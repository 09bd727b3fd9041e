/* Every page of the router: accessible in both modes, at every width, in any size of letters. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, desktop, fits, phone, resize, settled, tablet, visit } from './browser.mjs'
import { profiles } from './people.mjs'
import { routes } from './routes.mjs'

const profileOf = profiles()
const pages = [...routes, { path: 'no page', address: './no/such/page', expected: /404/ }]

/** The page itself, not the gate before it. */
async function shown(page, needs) {
  if (needs) await page.getByText('已登录：').waitFor()
  await settled(page)
  const title = await page.locator('h1').innerText()
  assert.doesNotMatch(title, needs ? /^登录$|请稍候|没有打开这一页的权限/ : /请稍候/)
}

/** What every page has, whatever it is about. */
async function decent(page) {
  assert.equal(await page.locator('h1').count(), 1)
  assert.ok((await page.locator('a[href="tel:12348"]').count()) > 0)
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
  assert.match(await page.title(), /公共法律服务网$/)
  const text = await page.locator('body').innerText()
  assert.doesNotMatch(text, /undefined|\bnull\b|NaN|%message|(?<!\/)\{(?!id\}|code\})\w+\}/)
}

async function standardMode(page) {
  await accessible(page)
  await fits(page)
  await resize(page, tablet.width)
  await fits(page)
  await resize(page, phone.width)
  await accessible(page)
  await fits(page)
  await resize(page, 320)
  await fits(page)

  // 200 % zoom halves the window; letters of twice the size leave it as it is.
  await resize(page, desktop.width / 2)
  await fits(page)
  const letters = (size) =>
    page.evaluate((value) => document.documentElement.style.setProperty('font-size', value), size)
  await letters('200%')
  await fits(page)
  await letters('')
}

async function elderMode(page) {
  await resize(page, phone.width)
  await page.getByRole('button', { name: '长辈版' }).click()
  const size = await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize))
  assert.ok(size >= 22, `letters of ${size} px`)
  await accessible(page)
  await fits(page)
  await resize(page, 320)
  await fits(page)
  await resize(page, desktop.width)
  await fits(page)
}

for (const { path, address, expected, needs } of pages) {
  test(`${path} at every width, in both modes`, async () => {
    await visit(address, { context: await profileOf(needs), expected }, async (page) => {
      await shown(page, needs)
      await decent(page)
      await standardMode(page)
      await elderMode(page)
      await page.evaluate(() => window.localStorage.removeItem('legalnet.elder'))
    })
  })
}

test('the elder mode is switched on, remembered, and off again', async () => {
  await visit('.', { viewport: phone }, async (page) => {
    await settled(page)
    const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize))
    const before = await size()
    await page.getByRole('button', { name: '长辈版' }).click()
    assert.ok((await size()) >= before * 1.3)
    await page.goto(page.url().replace(/#.*/, 'organizations'))
    await settled(page)
    assert.ok((await size()) >= before * 1.3)
    await page.getByRole('button', { name: '退出长辈版' }).click()
    assert.equal(await size(), before)
  })
})

test('who asked for less motion gets none', async () => {
  await visit('./practitioners', { reducedMotion: 'reduce' }, async (page) => {
    await settled(page)
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((one) => {
          const { animationName, animationDuration, transitionDuration } = getComputedStyle(one)
          const lasts = (text) => Math.max(...text.split(',').map(parseFloat)) > 0.01
          return (animationName !== 'none' && lasts(animationDuration)) || lasts(transitionDuration)
        })
        .map((one) => one.outerHTML.slice(0, 100)),
    )
    assert.deepEqual(moving, [])
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
    await settled(page)
    for (const operation of await page.locator('.operation summary').all()) await operation.click()
    await page.getByText('Idempotency-Key').first().waitFor()
    await accessible(page)
    await fits(page)
  })
})

test('an error in an entry is reported once, however often it is sent', async () => {
  const entry = `./practitioners/${process.env.LEGALNET_PRACTITIONER}`
  await visit(entry, {}, async (page, seen) => {
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
