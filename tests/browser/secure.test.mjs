/* The second step of a sign-in, and machines that many use. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, desktop, fits, phone, settled, site, visit } from './browser.mjs'
import { people, signedIn, signInHere, speakChinese, totp } from './people.mjs'

const at = (page, path) => page.waitForURL((url) => url.pathname.endsWith(path))

let secret = ''
let codes = []

test('a second factor is set up with an authenticator', async () => {
  const options = { viewport: phone, prepare: signedIn('citizen'), expected: /401|422/ }
  await visit('./account/factor', options, async (page) => {
    await page.getByRole('button', { name: '开始设置' }).click()
    await page.getByRole('img', { name: '给身份验证器扫的二维码' }).waitFor()
    await accessible(page)
    await fits(page)
    secret = await page.locator('.secret').innerText()
    await page.getByLabel('验证器上的 6 位数字').fill('12345')
    await page.getByRole('button', { name: '确认' }).click()
    await page.getByText('请填写 6 位数字').first().waitFor()
    await page.getByLabel('验证器上的 6 位数字').fill(totp(secret))
    await page.getByRole('button', { name: '确认' }).click()
    await page.getByRole('heading', { name: '您的恢复码' }).waitFor()
    codes = await page.locator('.codes code').allInnerTexts()
    assert.equal(new Set(codes).size, 10)
    await accessible(page)
    await fits(page)
    await page.getByRole('button', { name: '我抄好了' }).click()
    await page.getByText('已经打开').waitFor()
    await accessible(page)
    assert.ok(!(await page.content()).includes(codes[0]))
  })
})

test('then a sign-in has two steps, and nothing opens before the second', async () => {
  const options = { viewport: desktop, expected: /401|422/ }
  await visit('./sign-in/password#to=%2Faccount%2Fsessions', options, async (page) => {
    await settled(page)
    await page.getByLabel('手机号').fill(people.citizen.phone)
    await page.getByLabel('密码', { exact: true }).fill(people.citizen.password)
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await at(page, '/sign-in/step')
    await accessible(page)
    await page.goto(new URL('./account', site).href)
    await at(page, '/sign-in/step')
    await page.goto(new URL('./account/sessions', site).href)
    await at(page, '/sign-in/step')
    await page.getByLabel('验证器上的 6 位数字').fill('000000')
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.getByText('数字不对').first().waitFor()
    await accessible(page)
    await page.getByRole('button', { name: '用恢复码' }).click()
    await page.getByLabel('恢复码').fill(codes[0])
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await at(page, '/account/sessions')
    await page.getByText('就是这里').waitFor()

    await page.goto(new URL('./account/factor', site).href)
    await page.getByRole('button', { name: '用恢复码' }).click()
    await page.getByLabel('恢复码').fill(codes[1])
    await page.getByRole('button', { name: '关掉两步验证' }).click()
    await page.getByText('两步验证已经关掉').waitFor()
  })
})

test('a shared machine locks, hides everything, and opens where one was', async () => {
  const options = { viewport: phone, expected: /401|422/ }
  await visit('./sign-in/password#to=%2Faccount%2Fcontact', options, async (page) => {
    await settled(page)
    await page.getByLabel('这是窗口或者公用的电脑').check()
    await signInHere(page, 'citizen')
    await at(page, '/account/contact')
    await page.getByLabel('另一个安全的手机号').fill('13900001111')

    // Nobody touches it: the clock of the page goes on by itself.
    const later = (seconds) =>
      page.evaluate((more) => {
        const now = Date.now
        const jump = now() + more * 1000 - now()
        Date.now = () => now() + jump
      }, seconds)
    await later(9.5 * 60)
    await page.getByText('屏幕就要锁上了').waitFor()
    await accessible(page)
    await page.getByRole('button', { name: '我还在，继续用' }).click()
    await page.getByText('屏幕就要锁上了').waitFor({ state: 'detached' })

    await later(11 * 60)
    await page.getByRole('heading', { name: '屏幕已锁' }).waitFor()
    await accessible(page)
    await fits(page)
    const shown = `${people.citizen.phone.slice(0, 3)}****`
    assert.ok(!(await page.locator('body').innerText()).includes(shown))
    assert.equal(await page.getByLabel('另一个安全的手机号').isVisible(), false)

    await page.getByLabel('密码', { exact: true }).fill('not this one')
    await page.getByRole('button', { name: '解锁' }).click()
    await page.getByText('密码不对').first().waitFor()
    await page.getByLabel('密码', { exact: true }).fill(people.citizen.password)
    await page.getByLabel('密码', { exact: true }).press('Enter')
    await page.getByRole('heading', { name: '屏幕已锁' }).waitFor({ state: 'detached' })
    assert.equal(await page.getByLabel('另一个安全的手机号').inputValue(), '13900001111')
    await page.waitForTimeout(2500) // the page looks at the clock each second
    assert.equal(await page.getByRole('heading', { name: '屏幕已锁' }).count(), 0)
  })
})

test('a locked machine stays locked after a reload, and can be left', async () => {
  const options = { viewport: desktop, expected: /401/ }
  await visit('./sign-in/password#to=%2Faccount', options, async (page) => {
    await settled(page)
    await page.getByLabel('这是窗口或者公用的电脑').check()
    await signInHere(page, 'citizen')
    await at(page, '/account')
    await page.evaluate(() => window.localStorage.setItem('legalnet.locked', '1'))
    await page.reload()
    await page.getByRole('heading', { name: '屏幕已锁' }).waitFor()
    await page.getByRole('button', { name: '退出登录' }).click()
    await page.getByRole('link', { name: '登录', exact: true }).waitFor()
  })
})

test('staff lock by hand, and open it where they were', async () => {
  await visit('./staff', { viewport: phone, prepare: signedIn('manager') }, async (page) => {
    await settled(page)
    await fits(page)
    await page.getByRole('button', { name: '锁屏' }).click()
    await page.getByRole('heading', { name: '屏幕已锁' }).waitFor()
    await page.getByLabel('密码', { exact: true }).fill(people.manager.password)
    await page.getByLabel('密码', { exact: true }).press('Enter')
    await page.getByRole('heading', { name: '屏幕已锁' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '锁屏' }).waitFor()
  })
})

test('a quick exit signs out, and a language that was chosen is kept before', async () => {
  const options = { prepare: signedIn('citizen'), expected: /401/ }
  await visit('./account/contact', options, async (page) => {
    await settled(page)
    assert.equal(await page.getByRole('button', { name: '锁屏' }).count(), 0)
    const kept = page.waitForResponse((answer) => answer.request().method() === 'PUT')
    await page.locator('button.tool[lang=en]').click()
    assert.equal((await (await kept).json()).locale, 'en')
    await page.locator('.quick-exit-button').click()
    await page.waitForURL((url) => url.pathname.endsWith('/leave.html'))
    const me = () => page.request.get(new URL('./api/v1/me', site).href)
    for (const end = Date.now() + 30_000; (await me()).status() === 200;)
      assert.ok(Date.now() < end, 'still signed in')
    await speakChinese('citizen', page.context())
  })
})
