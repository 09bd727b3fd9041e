/* A person looks for a labor lawyer near Wenzhou. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import {
  accessible,
  answered,
  cards,
  desktop,
  fits,
  names,
  phone,
  searchInWenzhou,
  sizes,
  visit,
  wenzhou,
} from './browser.mjs'

const located = { geolocation: wenzhou, permissions: ['geolocation'] }

/** "距您约 3.2 公里" in meters. */
function meters(text) {
  const [, number, unit] = /约 ([\d.]+) (米|公里)/.exec(text)
  return Number(number) * (unit === '公里' ? 1000 : 1)
}

for (const [where, viewport] of Object.entries(sizes)) {
  test(`finds a labor lawyer near Wenzhou ${where}`, async () => {
    await visit('./practitioners', { viewport, ...located }, async (page, seen) => {
      await searchInWenzhou(page)
      assert.equal(await cards(page).count(), 20)
      for (const card of await cards(page).allInnerTexts()) {
        assert.match(card, /律师/)
        assert.match(card, /温州市/)
      }
      assert.ok(!seen.requests.some((request) => request.url().includes('near=')))

      await page.getByRole('button', { name: '离我最近' }).click()
      await page.locator('.card-distance').first().waitFor()
      const distances = (await page.locator('.card-distance').allInnerTexts()).map(meters)
      assert.deepEqual(
        distances,
        [...distances].sort((a, b) => a - b),
      )
      assert.ok(distances[0] < 30_000)
      await fits(page)

      const name = (await names(page))[0]
      await cards(page).first().getByRole('link').click()
      await page.getByRole('heading', { level: 1, name }).waitFor()
      await page.getByText('正常执业').first().waitFor()
      assert.match(await page.title(), new RegExp(`^${name}`))
    })
  })

  test(`keeps its place when it comes back ${where}`, async () => {
    await visit('./practitioners', { viewport }, async (page, seen) => {
      await searchInWenzhou(page)
      await page.getByRole('button', { name: '显示更多' }).click()
      await page.waitForFunction(() => document.querySelectorAll('.results .card').length > 20)
      const before = await names(page)
      const link = cards(page).nth(29).getByRole('link')
      await link.scrollIntoViewIfNeeded()
      const height = await page.evaluate(() => window.scrollY)
      const asked = seen.requests.length
      await link.click()
      await page.getByRole('heading', { level: 1, name: before[29] }).waitFor()
      assert.equal(await page.evaluate(() => window.scrollY), 0)

      await page.goBack()
      await link.waitFor()
      await page.waitForFunction((y) => Math.abs(window.scrollY - y) < 5, height)
      assert.deepEqual(await names(page), before)
      const again = seen.requests.slice(asked).map((request) => new URL(request.url()).pathname)
      assert.ok(!again.some((path) => path.endsWith('/practitioners')))
    })
  })
}

test('the link back does what the browser’s back does', async () => {
  await visit('./practitioners', {}, async (page) => {
    await searchInWenzhou(page)
    const address = page.url()
    await cards(page).nth(2).getByRole('link').click()
    await page.getByRole('link', { name: '返回查找结果' }).click()
    await page.waitForURL(address)
    assert.equal(await cards(page).count(), 20)
  })
})

test('an address holds the whole search, and sends it nowhere else', async () => {
  const hash = '#q=张&region=330300&area=labor&legal_aid=1'
  await visit(`./practitioners${hash}`, {}, async (page, seen) => {
    await answered(page)
    assert.equal(await page.getByLabel('市、州').inputValue(), '330300')
    assert.equal(await page.getByLabel('遇到了什么事').inputValue(), 'labor')
    assert.equal(await page.getByLabel('姓名、机构或关键词').inputValue(), '张')
    assert.ok(await page.getByLabel('只看可以办理法律援助的').isChecked())

    const others = seen.requests.map((request) => new URL(request.url()))
    for (const url of others.filter(({ pathname }) => !pathname.includes('/api/'))) {
      assert.equal(url.search, '')
    }
    for (const request of seen.requests) {
      assert.equal((await request.allHeaders()).referer, undefined)
    }
  })
})

test('both kinds share region and matter', async () => {
  await visit('./practitioners', {}, async (page) => {
    await searchInWenzhou(page)
    await page.locator('main').getByRole('link', { name: '找机构' }).click()
    await page.getByRole('heading', { name: '查找结果：机构' }).waitFor()
    await answered(page)
    assert.match(page.url(), /organizations#region=330300&area=labor$/)
    assert.ok((await cards(page).count()) > 0)
    assert.ok((await page.locator('.results a[href^="tel:"]').count()) > 0)
  })
})

test('a person is found by name, and the name is offered while it is typed', async () => {
  await visit('./practitioners', {}, async (page) => {
    await answered(page)
    const name = (await names(page))[0]
    const box = page.getByLabel('姓名、机构或关键词')
    await box.pressSequentially(name)
    await page.locator(`datalist option[value="${name}"]`).first().waitFor({ state: 'attached' })
    await box.press('Enter')
    await page.waitForFunction(() => window.location.hash.includes('q='))
    await answered(page)
    assert.equal((await names(page))[0], name)
    await page.getByRole('button', { name: '最相符' }).waitFor()
  })
})

test('nothing found says what to do', async () => {
  await visit('./practitioners#q=没有这样的人没有这样的人', { viewport: phone }, async (page) => {
    await page.getByText('没有找到符合条件的结果').waitFor()
    await page.locator('.search-main a[href="tel:12348"]').waitFor()
    await accessible(page)
    await fits(page)
  })
})

test('a refused position is explained, and the list stays', async () => {
  await visit('./practitioners', { permissions: [] }, async (page) => {
    await answered(page)
    const before = await names(page)
    await page.getByRole('button', { name: '离我最近' }).click()
    await page.getByRole('alert').filter({ hasText: '选择所在地区' }).waitFor()
    assert.deepEqual(await names(page), before)
    await accessible(page)
  })
})

test('an unknown condition is told, and clearing it helps', async () => {
  const options = { expected: /422/ }
  await visit('./practitioners#area=no_such_area', options, async (page) => {
    await page.getByText('系统不认识这个条件：遇到了什么事。').waitFor()
    await accessible(page)
    await page.getByRole('button', { name: '清空' }).click()
    await cards(page).first().waitFor()
  })
})

describe('with the keyboard alone', () => {
  const focused = (page) =>
    page.evaluate(() => {
      const element = document.activeElement
      const style = window.getComputedStyle(element)
      return {
        id: element.id,
        tag: element.tagName,
        text: element.textContent.trim(),
        visible: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
      }
    })

  async function tabTo(page, wanted) {
    for (let step = 0; step < 80; step++) {
      await page.keyboard.press('Tab')
      const now = await focused(page)
      assert.ok(now.visible, `no visible focus on ${now.tag} ${now.text.slice(0, 20)}`)
      if (wanted(now)) return
    }
    assert.fail('not reached in 80 steps')
  }

  async function arrowDownTo(page, wanted) {
    for (let step = 0; step < 40; step++) {
      const before = await page.evaluate(() => document.activeElement.value)
      await page.keyboard.press('ArrowDown')
      await page.waitForFunction((old) => document.activeElement.value !== old, before)
      if ((await page.evaluate(() => document.activeElement.value)) === wanted) return
    }
    assert.fail(`no ${wanted} in the list`)
  }

  test('a lawyer is found and opened', async () => {
    await visit('./practitioners', { viewport: desktop }, async (page) => {
      await answered(page)
      await page.keyboard.press('Tab')
      assert.equal((await focused(page)).text, '跳到主要内容')
      await page.keyboard.press('Enter')
      assert.equal((await focused(page)).id, 'main')

      await tabTo(page, ({ id }) => id === 'search-region-0')
      await arrowDownTo(page, '330000')
      await page.locator('#search-region-1').waitFor()
      await tabTo(page, ({ id }) => id === 'search-area')
      await arrowDownTo(page, 'labor')
      await tabTo(page, ({ tag, text }) => tag === 'BUTTON' && text === '查找')
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => document.activeElement.id === 'results')
      assert.match(page.url(), /region=330000/)
      await answered(page)

      await tabTo(page, ({ tag }) => tag === 'A')
      const { text } = await focused(page)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: text }).waitFor()
      await page.waitForFunction(() => document.activeElement.tagName === 'H1')
      assert.equal((await focused(page)).text, text)
    })
  })

  test('more results go on at the first new one', async () => {
    await visit('./practitioners', {}, async (page) => {
      await answered(page)
      await page.getByRole('button', { name: '显示更多' }).focus()
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => document.querySelectorAll('.results .card').length > 20)
      const twentyFirst = (await names(page))[20]
      await page.waitForFunction(() => document.activeElement.closest('.card'))
      assert.equal((await focused(page)).text, twentyFirst)
    })
  })
})

test('a broken line is told; trying again goes on where it broke', async () => {
  await visit('./practitioners', { expected: /ERR_INTERNET_DISCONNECTED/ }, async (page) => {
    await answered(page)
    await page.context().setOffline(true)
    await page.getByRole('button', { name: '显示更多' }).click()
    await page.getByText('没有连上服务器').waitFor()
    assert.equal(await cards(page).count(), 20)
    await accessible(page)

    await page.context().setOffline(false)
    await page.getByRole('button', { name: '再试一次' }).click()
    await page.waitForFunction(() => document.querySelectorAll('.results .card').length > 20)
  })
})
