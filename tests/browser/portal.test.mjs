/* The ways that people take through the portal: words, verbs, places, cards, and out again. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  accessible,
  answered,
  cards,
  fits,
  names,
  phone,
  site,
  visit,
  wenzhou,
} from './browser.mjs'

const practitioner = process.env.LEGALNET_PRACTITIONER
const organization = process.env.LEGALNET_ORGANIZATION

const path = (page) => page.url().slice(site.href.length)
const chosen = (page) => page.locator('.chosen-tag')
const focusedText = (page) => page.evaluate(() => document.activeElement.textContent.trim())

test('everyday words find those who know the matter', async () => {
  await visit('.', { viewport: phone }, async (page) => {
    const box = page.getByLabel('您遇到了什么事？')
    await box.fill('拖欠工资')
    await box.press('Enter')
    await page.waitForURL(/practitioners#area=wage_arrears$/)
    await answered(page)
    await chosen(page).filter({ hasText: '欠薪讨薪' }).waitFor()
    assert.ok((await cards(page).count()) > 0)
    assert.ok((await page.locator('.search-main .card').first().innerText()).length > 0)
    await fits(page)
  })
})

test('words in an address that find nothing lead on to what they mean', async () => {
  // nobody is in the directory there
  await visit('./practitioners#q=拖欠工资&region=110000', { viewport: phone }, async (page) => {
    await page.getByText('没有找到符合条件的结果').waitFor()
    await page.locator('main').getByRole('link', { name: '欠薪讨薪' }).click()
    await page.waitForURL(/#region=110000&area=wage_arrears$/)
    await page.getByText('没有找到符合条件的结果').waitFor()
  })
})

test('a place and a name are understood, too', async () => {
  await visit('.', {}, async (page) => {
    await page.getByLabel('您遇到了什么事？').fill('温州')
    await page.getByRole('button', { name: '查找' }).click()
    await page.waitForURL(/practitioners#region=330300$/)
    await answered(page)
    const name = (await names(page))[0]

    await page.goto(site.href)
    await page.getByLabel('您遇到了什么事？').fill(name)
    await page.getByRole('button', { name: '查找' }).click()
    await page.waitForURL((url) => decodeURIComponent(url.hash).includes(`q=${name}`))
    await answered(page)
    assert.equal((await names(page))[0], name)
  })
})

test('the verb for legal aid leads to offices that one can call', async () => {
  await visit('.', { viewport: phone }, async (page) => {
    await page.getByRole('link', { name: /^求法援/ }).click()
    await page.waitForURL(/organizations#type=legal_aid$/)
    await answered(page)
    await page.waitForFunction(() => document.activeElement.tagName === 'H1')
    const guide = page.locator('.guide')
    await guide.getByText('去之前先知道这些').click()
    await guide.getByText('不看家里有没有钱').waitFor()
    await guide.locator('a[href="tel:12348"]').waitFor()
    assert.ok((await page.locator('.results a[href^="tel:"]').count()) > 0)
    await accessible(page)
    await fits(page)
  })
})

test('each condition can be taken away, and the keyboard keeps its place', async () => {
  const hash = '#region=330300&area=labor&type=lawyer&legal_aid=1&min_years=5'
  await visit(`./practitioners${hash}`, {}, async (page) => {
    await chosen(page).filter({ hasText: '浙江省温州市' }).waitFor()
    await answered(page)
    assert.equal(await chosen(page).count(), 5)
    await page.getByRole('button', { name: /去掉这个条件：类别/ }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => !url.hash.includes('type='))
    await answered(page)
    assert.equal(await chosen(page).count(), 4)
    assert.ok(await page.evaluate(() => document.activeElement.matches('.chosen-tag')))

    await page.getByRole('button', { name: '全部去掉' }).click()
    await page.waitForURL((url) => url.hash === '')
    await answered(page)
    assert.equal(await chosen(page).count(), 0)
  })
})

test('counts lead to what they count', async () => {
  await visit('./organizations#region=330300', {}, async (page) => {
    await answered(page)
    await page.getByText('按类别和事情缩小范围').click()
    const facet = page.locator('.facet').filter({ hasText: /^公证机构/ })
    const count = Number(/\d+/.exec(await facet.innerText())[0])
    await facet.getByRole('link').click()
    await page.waitForURL(/type=notary_office/)
    await answered(page)
    assert.equal(await cards(page).count(), Math.min(count, 20))
  })
})

test('nobody farther than asked for, and the position does not stand in the address', async () => {
  const options = { viewport: phone, geolocation: wenzhou, permissions: ['geolocation'] }
  await visit('./organizations#type=law_firm', options, async (page) => {
    await answered(page)
    await page.getByRole('button', { name: '离我最近' }).click()
    await page.locator('.card-distance').first().waitFor()
    await page.getByLabel('多远以内').selectOption('3')
    await page.waitForURL(/sort=distance&radius=3$/)
    await answered(page)
    for (const text of await page.locator('.card-distance').allInnerTexts()) {
      const [, number, unit] = /约 ([\d.]+) (米|公里)/.exec(text)
      assert.ok(Number(number) * (unit === '公里' ? 1000 : 1) <= 3000, text)
    }
    assert.ok(!page.url().includes('120.6'))
    await fits(page)

    await page.reload()
    await page.getByText('请再点一次“离我最近”').waitFor()
    await answered(page)
    assert.ok((await cards(page).count()) > 0)
  })
})

test('who comes back goes on at the entry that he opened', async () => {
  await visit('./practitioners', {}, async (page) => {
    await answered(page)
    const link = cards(page).nth(4).getByRole('link')
    const name = await link.innerText()
    await link.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name }).waitFor()
    await page.goBack()
    await page.waitForFunction(
      (text) => document.activeElement.textContent.trim() === text,
      name.trim(),
    )
  })
})

for (const [instant, sign, more] of [
  ['2026-11-23T01:00:00Z', '现在开着', '12:00 关门'], // Monday, nine o'clock in China
  ['2026-11-22T16:30:00Z', '现在关着', '今天 08:30 开门'], // Monday, half past midnight
  ['2026-11-27T12:00:00Z', '现在关着', '周一 08:30 开门'], // Friday evening
]) {
  test(`at ${instant} the center says: ${sign}, ${more}`, async () => {
    await visit('./missing', { expected: /404/, viewport: phone }, async (page) => {
      await page.clock.setFixedTime(new Date(instant))
      await page.goto(new URL(`./organizations/${organization}`, site).href)
      const now = page.locator('.open-now')
      await now.waitFor()
      assert.match(await now.innerText(), new RegExp(`${sign}\\s*${more}`))
      assert.equal(await page.locator('.hours-line[aria-current="date"]').count(), 1)
    })
  })
}

test('a village is reached from the country, and leads up again', async () => {
  await visit('./sites', { viewport: phone }, async (page) => {
    for (const name of ['四川省', '乐山市', '市中区', '大佛街道', '三尊村']) {
      await page.locator('main').getByRole('link', { name, exact: true }).click()
      await page.getByRole('heading', { level: 1, name: `${name}的服务点` }).waitFor()
    }
    await accessible(page)
    await fits(page)
    const above = page.getByRole('region', { name: '上一级服务点（上联）' })
    await above.getByText('大佛街道公共法律服务工作站').waitFor()
    assert.ok((await above.locator('a[href^="tel:"]').count()) > 0)
    await page.getByRole('region', { name: '这里的公共法律服务工作室' }).locator('.card').waitFor()

    await above.getByRole('link', { name: '大佛街道的服务点' }).click()
    await page.getByRole('region', { name: '下一级服务点（下接）' }).waitFor()
    assert.ok((await page.locator('.below a[href^="tel:"]').count()) > 0)
    await page.getByRole('navigation', { name: '所在位置' }).getByText('乐山市').click()
    await page.waitForURL(/sites\/511100$/)
  })
})

test('a card shows the way to its page, and prints alone', async () => {
  for (const [kind, id] of [
    ['practitioners', practitioner],
    ['organizations', organization],
  ]) {
    await visit(`./${kind}/${id}`, { viewport: phone }, async (page) => {
      const name = await page.locator('h1').innerText()
      await page.getByRole('link', { name: '打印成卡片' }).click()
      await page.waitForURL(new RegExp(`${kind}/${id}/card$`))
      await page.getByRole('img', { name: `二维码：${name}的网页地址` }).waitFor()
      await accessible(page)
      await fits(page)

      await page.emulateMedia({ media: 'print' })
      assert.ok(await page.locator('.contact').isVisible())
      assert.ok(await page.locator('.qr').isVisible())
      for (const rest of ['.site-header', '.site-footer', '.back', 'main .button']) {
        assert.ok(!(await page.locator(rest).first().isVisible()), rest)
      }
      await page.emulateMedia({ media: 'screen' })
      await page.getByRole('link', { name: '返回详细信息' }).click()
      await page.waitForURL(new RegExp(`${kind}/${id}$`))
    })
  }
})

test('help at home has a neutral title, and a way out that leaves no page behind it', async () => {
  await visit('.', { viewport: phone, expected: /./ }, async (page) => {
    await page.getByRole('link', { name: '现在可以怎么做' }).click()
    await page.getByRole('heading', { level: 1 }).filter({ hasText: '家庭生活帮助' }).waitFor()
    assert.doesNotMatch(await page.title(), /暴力|保护令|受害/)
    for (const number of ['110', '12338', '12348', '12355']) {
      await page.locator(`main a[href="tel:${number}"]`).first().waitFor()
    }
    await accessible(page)
    await fits(page)

    const before = await page.evaluate(() => window.history.length)
    await page.getByRole('link', { name: '紧急离开' }).click()
    await page.waitForURL((url) => !url.pathname.endsWith('/family'))
    assert.equal(await page.evaluate(() => window.history.length), before)
    assert.doesNotMatch(await page.locator('body').innerText(), /暴力|保护令/)
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: '找法律帮助' }).waitFor()
  })
})

test('a search for such help has the way out, too', async () => {
  await visit('./practitioners#area=domestic_violence', { viewport: phone }, async (page) => {
    await answered(page)
    await page.getByRole('link', { name: '紧急离开' }).waitFor()
    assert.doesNotMatch(await page.title(), /暴力/)
  })
})

test('a busy server is waited for, and that is said', async () => {
  await visit('./network', { expected: /503/ }, async (page) => {
    let refused = 0
    await page.route(/\/api\/v1\/practitioners(\?|$)/, async (route) => {
      if (refused++ > 0) return route.continue()
      return route.fulfill({
        status: 503,
        headers: { 'Retry-After': '2', 'Content-Type': 'application/problem+json' },
        body: JSON.stringify({ status: 503, code: 'busy' }),
      })
    })
    await page.getByRole('link', { name: '找人', exact: true }).click()
    await page.getByText('秒后自动再试').waitFor()
    await cards(page).first().waitFor()
    assert.ok(refused >= 2)
  })
})

test('a new page begins at its heading', async () => {
  await visit('.', {}, async (page) => {
    const nav = page.locator('.site-nav')
    for (const [link, heading] of [
      ['服务点', '身边的法律服务点'],
      ['怎么用', '公共法律服务怎么用'],
      ['首页', '找法律帮助'],
    ]) {
      await nav.getByRole('link', { name: link, exact: true }).click()
      await page.waitForFunction(() => document.activeElement.tagName === 'H1')
      assert.equal(await focusedText(page), heading)
    }
    assert.equal(path(page), '')
    assert.ok((await page.locator('meta[name=description]').getAttribute('content')).length > 10)
  })
})

test('a page whose file does not come says so, and keeps the hotline', async () => {
  await visit('.', { expected: /Failed|ERR_/ }, async (page) => {
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.route('**/assets/PrivacyPage*', (route) => route.abort())
    await page.evaluate(() =>
      window.sessionStorage.setItem('legalnet.reloaded', String(Date.now())),
    )
    await page.locator('footer').getByRole('link', { name: '隐私说明' }).click()
    await page.getByRole('heading', { level: 1, name: '这个页面暂时打不开' }).waitFor()
    await page.locator('main a[href="tel:12348"]').waitFor()
    await accessible(page)
  })
})
