/* In and out again: signing in as citizens and as staff do, and what is mine. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, desktop, fits, phone, settled, site, visit } from './browser.mjs'
import { codeFor, people, signedIn, signInHere } from './people.mjs'

/** Numbers that nobody has signed in with; each is asked for a code once. */
let next = 13900100000 + (process.pid % 50_000) * 10
const newPhone = () => String(next++)

const focused = (page) => page.evaluate(() => document.activeElement?.id ?? '')
const at = (page, path) => page.waitForURL((url) => url.pathname.endsWith(path))

/** Tab until the focus is on what `selector` names. */
async function tabTo(page, selector) {
  for (let stop = 0; stop < 60; stop++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((one) => document.activeElement?.matches(one), selector)) return
  }
  assert.fail(`no way to ${selector} by Tab`)
}

test('with a phone and a code, by keyboard alone, and back to where one wanted to go', async () => {
  const number = newPhone()
  await visit('./account/sessions', { viewport: phone }, async (page) => {
    await at(page, '/sign-in')
    await page.getByText('登录后会自动回到您要去的地方').waitFor()
    await page.getByText('验证码写在运行这个网站的电脑上的文件里').waitFor()

    await tabTo(page, '#sign-in-phone')
    await page.keyboard.type('1380013')
    await page.keyboard.press('Enter')
    await page.locator('.notice-problem').waitFor()
    await accessible(page)
    assert.match(await page.title(), /^错误：/)
    await tabTo(page, '.error-list a')
    await page.keyboard.press('Enter')
    assert.equal(await focused(page), 'sign-in-phone')

    await page.keyboard.press('Control+A')
    await page.keyboard.type(` +86 ${number}`)
    await page.keyboard.press('Enter')
    await page.getByText(/验证码已经发往/).waitFor()
    await accessible(page)
    await fits(page)
    await tabTo(page, '#sign-in-code')
    await page.keyboard.type(await codeFor(number))
    await page.keyboard.press('Enter')

    await at(page, '/account/sessions')
    await page.getByText('就是这里').waitFor()
    const shown = `${number.slice(0, 3)}****${number.slice(-4)}`
    assert.ok((await page.locator('body').innerText()).includes(shown))
    assert.ok(!(await page.content()).includes(number))
    const cookies = await page.context().cookies()
    assert.ok(cookies.length >= 2 && cookies.every((cookie) => cookie.httpOnly))
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
    assert.ok(!kept.includes(number) && !/eyJ/.test(kept), kept)
  })
})

test('a wrong code says what to do, in the same words for a phone that nobody knows', async () => {
  const said = []
  const strange = newPhone()
  for (const number of [people.citizen.phone, strange]) {
    await visit('./sign-in', { expected: /401/ }, async (page) => {
      await settled(page)
      await page.getByLabel('手机号').fill(number)
      await page.getByRole('button', { name: '获取验证码' }).click()
      await page.getByText(/验证码已经发往/).waitFor()
      await page.getByLabel('短信验证码').fill('000000')
      await page.getByRole('button', { name: '登录' }).click()
      await page.locator('.field-error').waitFor()
      await accessible(page)
      assert.ok(await page.getByRole('button', { name: /秒后可以重新获取/ }).isVisible())
      said.push(await page.locator('.sheet .notice, .sheet .field-error').allInnerTexts())
    })
  }
  assert.deepEqual(said[0], said[1])
})

test('who asks too often is told how long to wait', async () => {
  const number = newPhone()
  const ask = async (page) => {
    await page.goto(new URL('./sign-in', site).href)
    await settled(page)
    await page.getByLabel('手机号').fill(number)
    await page.getByRole('button', { name: '获取验证码' }).click()
  }
  await visit('./sign-in', { viewport: phone, expected: /429/ }, async (page) => {
    await ask(page)
    await page.getByText(/验证码已经发往/).waitFor()
    await ask(page)
    await page.getByText('验证码发得太频繁了').waitFor()
    await page.getByText(/请过 \d+ 秒再试/).waitFor()
    await accessible(page)
    await fits(page)
  })
})

test('an account is opened after the privacy notice was agreed to', async () => {
  const number = newPhone()
  // A password makes the tokens stale (401), and they are renewed.
  await visit('./register', { expected: /401|422/ }, async (page) => {
    await settled(page)
    assert.equal(await page.getByLabel('手机号').count(), 0)
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByText('要先同意').first().waitFor()
    await accessible(page)
    await page.getByRole('checkbox').check()
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByLabel('手机号').fill(number)
    await page.getByRole('button', { name: '获取验证码' }).click()
    await page.getByText(/验证码已经发往/).waitFor()
    await page.getByLabel('短信验证码').fill(await codeFor(number))
    await page.getByLabel('短信验证码').press('Enter')
    await at(page, '/account/contact')
    await page.getByLabel('给我发短信').check()
    await page.getByLabel('有些时间不要联系我').check()
    await page.getByLabel('到几点为止').selectOption('22:00')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('开始和结束不能是同一个时间').first().waitFor()
    await accessible(page)
    await page.getByLabel('到几点为止').selectOption('07:00')
    await page.getByLabel('另一个安全的手机号').fill(newPhone())
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('记住了').waitFor()
    await accessible(page)
    await page.reload()
    await page.getByText(/现在是 139\*+\d+/).waitFor()
    assert.equal(await page.getByLabel('给我打电话').isChecked(), false)
    assert.equal(await page.getByLabel('给我发短信').isChecked(), true)
    await page.getByRole('link', { name: '返回我的账户' }).click()
    await page.getByText('已验证手机').waitFor()
    await page.getByText('没有设置，用验证码登录').waitFor()

    await page.getByRole('link', { name: '换密码' }).click()
    await page.getByLabel('新密码', { exact: true }).fill('password')
    await page.getByLabel('再填一次新密码').fill('password')
    await page.getByRole('button', { name: '保存新密码' }).click()
    await page.getByText('新密码：太常见，容易被猜到').first().waitFor()
    await page.getByLabel('新密码', { exact: true }).fill('老槐树下 1975')
    await page.getByLabel('再填一次新密码').fill('老槐树下 1975')
    await page.getByRole('button', { name: '保存新密码' }).click()
    await page.getByText('密码已经保存').waitFor()
    await accessible(page)
  })
})

test('nothing personal is left after a sign-out, not by going back either', async () => {
  const mine = `${people.citizen.phone.slice(0, 3)}****${people.citizen.phone.slice(-4)}`
  await visit('./sign-in/password#to=%2Faccount', { viewport: phone }, async (page) => {
    await signInHere(page, 'citizen')
    await at(page, '/account')
    await page.locator('main').getByText(mine).waitFor()
    await page.getByRole('link', { name: '我在哪里登录着' }).click()
    await page.getByText('就是这里').waitFor()
    await page.getByRole('button', { name: '退出登录' }).click()
    await page.getByRole('link', { name: '登录', exact: true }).waitFor()
    await page.goBack()
    await at(page, '/sign-in')
    const text = await page.locator('body').innerText()
    assert.ok(!text.includes(mine) && !text.includes('就是这里'), text)
    const me = await page.context().request.get(new URL('./api/v1/me', site).href)
    assert.equal(me.status(), 401)
  })
})

test('windows stay signed in together, and are signed out together', async () => {
  const options = { prepare: signedIn('citizen'), expected: /401/ }
  await visit('./account', options, async (page) => {
    await page.getByText('已登录：').waitFor()
    const others = []
    for (let n = 0; n < 3; n++) {
      others.push(await page.context().newPage())
      await others[n].goto(new URL('./account', site).href)
    }
    // The access token is gone: every window has to renew, all at the same moment.
    const cookies = await page.context().cookies()
    await page.context().clearCookies({ name: /ln_at$/ })
    assert.ok(cookies.some(({ name }) => /ln_at$/.test(name)))
    await Promise.all([page, ...others].map((one) => one.reload()))
    for (const one of [page, ...others]) await one.locator('main').getByText('已验证手机').waitFor()

    await page.getByRole('button', { name: '退出登录' }).click()
    for (const one of others) await at(one, '/sign-in')
  })
})

test('another device is signed out from here', async () => {
  const prepare = async (context) => {
    for (let device = 0; device < 3; device++) await signedIn('citizen')(context)
  }
  const options = { viewport: desktop, prepare, expected: /401/ }
  await visit('./account/sessions', options, async (page) => {
    await page.getByText('就是这里').waitFor()
    const ends = page.getByRole('button', { name: /让它退出/ })
    const before = await ends.count()
    assert.ok(before >= 2)
    await ends.first().click()
    await page.getByText('已经让那台设备退出').waitFor()
    assert.equal(await ends.count(), before - 1)
    await accessible(page)
    await page.getByRole('button', { name: '让别处都退出' }).click()
    await page.getByText('只剩这里').waitFor()
    assert.equal(await ends.count(), 0)
    await page.reload()
    await page.getByText('就是这里').waitFor()
  })
})

test('staff come in by name and password', async () => {
  await visit('./sign-in', { viewport: phone, expected: /401/ }, async (page) => {
    await settled(page)
    await page.getByRole('link', { name: '工作人员', exact: true }).click()
    await page.getByLabel('登录名').fill(people.system.name)
    await page.getByLabel('密码', { exact: true }).fill('not this one')
    await page.getByRole('button', { name: '登录' }).click()
    await page.getByText('没有登录成功').first().waitFor()
    await accessible(page)
    await page.getByLabel('密码', { exact: true }).fill('')
    await signInHere(page, 'system')
    await at(page, '/staff')
    await page.getByRole('heading', { name: '工作台' }).waitFor()
  })
})

test('a page that one has no right to says so', async () => {
  await visit('./staff', { prepare: signedIn('citizen') }, async (page) => {
    await page.getByRole('heading', { name: '您没有打开这一页的权限' }).waitFor()
    await accessible(page)
  })
})
