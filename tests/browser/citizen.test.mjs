/* What happens to a citizen on the way: a thin line, no line, no JavaScript, going back. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  accessible,
  answered,
  cards,
  desktop,
  fits,
  names,
  phone,
  resize,
  searchInWenzhou,
  settled,
  site,
  tablet,
  unfold,
  visit,
} from './browser.mjs'

/** A telephone at the edge of a village: 400 ms a round trip, 400 kbit/s. */
const village = {
  offline: false,
  latency: 400,
  downloadThroughput: 400_000 / 8,
  uploadThroughput: 400_000 / 8,
}

/** Holds the line to these conditions from now on, and counts what comes through. */
async function thin(page, conditions) {
  const line = await page.context().newCDPSession(page)
  const sent = { bytes: 0, failed: [] }
  line.on('Network.loadingFinished', ({ encodedDataLength }) => (sent.bytes += encodedDataLength))
  line.on('Network.loadingFailed', ({ errorText }) => sent.failed.push(errorText))
  await line.send('Network.enable')
  await line.send('Network.setCacheDisabled', { cacheDisabled: true })
  await line.send('Network.emulateNetworkConditions', conditions)
  return sent
}

for (const [where, size] of Object.entries({ phone, tablet, desktop })) {
  test(`from the front page to a telephone number, with a ${where}`, async () => {
    await visit('.', { viewport: size, hasTouch: size === phone }, async (page) => {
      await settled(page)
      await page.getByLabel('您遇到了什么事').fill('拖欠工资')
      await page.getByLabel('您遇到了什么事').press('Enter')
      await page.waitForURL(/practitioners#/)
      await answered(page)
      assert.match(page.url(), /#area=wage_arrears$/)
      await cards(page).first().locator('.card-title a').click()
      await page.waitForURL(/practitioners\/\d+$/)
      await settled(page)
      assert.ok((await page.locator('main a[href^="tel:0"], main a[href^="tel:1"]').count()) > 0)
      await fits(page)
    })
  })
}

test('on a thin line the first result comes, and nothing times out', async () => {
  await visit('./privacy', { viewport: phone }, async (page) => {
    const sent = await thin(page, village)
    await page.goto(new URL('./practitioners#region=330300', site).href, { timeout: 90_000 })
    await page.reload({ timeout: 90_000 })
    await cards(page).first().waitFor({ timeout: 90_000 })
    assert.equal(await page.getByText('等了很久还没有结果').count(), 0)
    await settled(page)
    assert.ok((await cards(page).count()) > 0)
    // Loaded twice: the address with # alone would not have loaded anything.
    assert.deepEqual(
      sent.failed.filter((text) => !/ABORTED/.test(text)),
      [],
    )
  })
})

test('the first view is at most 150 KB on the line', async () => {
  await visit('./privacy', { viewport: phone }, async (page) => {
    for (const [address, shown] of [
      ['.', 'main h1'],
      ['./practitioners', '.results .card'],
      ['./organizations', '.results .card'],
    ]) {
      await page.goto('about:blank')
      const sent = await thin(page, {
        ...village,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: -1,
      })
      await page.goto(new URL(address, site).href)
      await page.locator(shown).first().waitFor()
      await settled(page)
      await page.waitForLoadState('networkidle')
      assert.ok(sent.bytes > 20_000, `${address}: only ${sent.bytes} bytes were seen`)
      assert.ok(sent.bytes <= 150 * 1024, `${address}: ${sent.bytes} bytes`)
    }
  })
})

test('without JavaScript there are the hotline and the list of centers', async () => {
  await visit('.', { javaScriptEnabled: false, viewport: phone }, async (page) => {
    assert.match(await page.locator('body').innerText(), /没有启用 JavaScript/)
    assert.ok(await page.locator('a[href="tel:12348"]').first().isVisible())
    await fits(page)
    await page.getByRole('link', { name: '服务中心' }).click()
    await page.getByRole('heading', { level: 2, name: '浙江省温州市' }).waitFor()
    const center = page.locator('li', { hasText: '鹿城区公共法律服务中心' })
    assert.match(await center.innerText(), /地址：.+\n+电话：0\d+-\d+/)
    assert.ok((await center.locator('a[href^="tel:0"]').count()) === 1)
    assert.ok((await page.locator('.centers li').count()) > 20)
    await fits(page)
    await resize(page, 320)
    await fits(page)
  })
})

test('without JavaScript an unknown address says so too', async () => {
  const options = { javaScriptEnabled: false, expected: /404/ }
  await visit('./no/such/page', options, async (page) => {
    assert.ok(await page.locator('a[href="tel:12348"]').first().isVisible())
    await page.getByRole('link', { name: '服务中心' }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
  })
})

for (const name of ['centers.html', 'assets/missing.html']) {
  test(`${name} is accessible`, async () => {
    await visit(`./${name}`, { viewport: phone, expected: /404/ }, async (page) => {
      await accessible(page)
      await fits(page)
      await resize(page, desktop.width)
      await accessible(page)
    })
  })
}

test('going back keeps the filters of every step', async () => {
  await visit('./practitioners', { viewport: phone }, async (page) => {
    await searchInWenzhou(page)
    const first = page.url()
    const found = await names(page)
    await unfold(page)
    await page.getByLabel('姓名、机构或关键词').fill('律师')
    await page.getByRole('button', { name: '查找' }).click()
    await page.waitForFunction(() => window.location.hash.includes('q='))
    await answered(page)

    await page.goBack()
    await page.waitForURL(first)
    await answered(page)
    assert.deepEqual(await names(page), found)
    await unfold(page)
    assert.equal(await page.getByLabel('姓名、机构或关键词').inputValue(), '')
    assert.equal(await page.getByLabel('遇到了什么事').inputValue(), 'labor')
  })
})

test('what was asked is dropped when the page is left', async () => {
  await visit('./privacy', { expected: /ERR_FAILED|ABORTED/ }, async (page) => {
    // The answer never comes; only leaving can end the request.
    await page.route(/\/api\/v1\/practitioners\/\d+$/, () => undefined)
    const asked = page.waitForRequest(/\/api\/v1\/practitioners\/\d+$/)
    const dropped = page.waitForEvent('requestfailed', (request) =>
      /practitioners/.test(request.url()),
    )
    await page.goto(new URL(`./practitioners#region=330300`, site).href)
    await answered(page)
    await cards(page).first().locator('.card-title a').click()
    await asked
    await page.goBack()
    assert.match((await dropped).url(), /practitioners\/\d+$/)
    await cards(page).first().waitFor()
  })
})

test('without a network the page says so, and goes on when it is back', async () => {
  const options = { viewport: phone, expected: /ERR_INTERNET_DISCONNECTED/ }
  await visit('./practitioners#region=330300', options, async (page) => {
    await answered(page)
    await page.context().setOffline(true)
    await page.getByText('现在没有网络').waitFor()
    await accessible(page)
    await fits(page)
    await cards(page).first().locator('.card-title a').click()
    await page
      .getByText(/没有连上|暂时打不开|没有网络/)
      .first()
      .waitFor()
    assert.ok((await page.locator('a[href="tel:12348"]').count()) > 0)
    await accessible(page)

    await page.context().setOffline(false)
    await page.getByText('现在没有网络').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '再试一次' }).click()
    await page.waitForURL(/practitioners\/\d+$/)
    await page.getByText('执业资格').first().waitFor()
  })
})
