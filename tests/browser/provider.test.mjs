/* By way of an identity provider: away, sign in there, and back to where one wanted to go. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, fits, phone, settled, site, visit } from './browser.mjs'
import { signedIn } from './people.mjs'

// Its pages fetch a font from somewhere, which a machine without a network does not get.
const foreign = new RegExp(`^${new URL(process.env.LEGALNET_ISSUER).host}$|^fonts\\.`)
const button = (page) => page.getByRole('link', { name: '用省政务服务网统一身份认证登录' })
const at = (page, path) => page.waitForURL((url) => url.href.startsWith(new URL(path, site).href))

/** The provider's own pages, which are not ours to judge. */
async function signInThere(page, login) {
  await page.getByPlaceholder('Enter any login').fill(login)
  await page.getByPlaceholder('and password').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

test('with the provider that the server names, and its binding cannot be the last to go', async () => {
  const options = { viewport: phone, foreign, expected: /401|404|409|net::ERR_/ }
  await visit('./account/sessions', options, async (page) => {
    await at(page, './sign-in')
    await button(page).waitFor()
    await accessible(page)
    await fits(page)
    await button(page).click()
    await signInThere(page, `dora-${process.pid}`)

    await at(page, './account/sessions')
    await page.getByText('统一身份认证').first().waitFor()
    await page.goto(new URL('./account', site).href)
    await page.getByRole('heading', { name: '还可以这样登录' }).waitFor()
    await page.locator('.facts', { hasText: '还没有' }).waitFor()
    await accessible(page)
    await fits(page)
    await page.getByRole('button', { name: /^解除绑定/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '解除绑定' }).click()
    await dialog.getByText('这是您现在唯一的登录办法').waitFor()
    await accessible(page)
  })
})

test('an account that is there already has that way of signing in, too, and no other account has', async () => {
  const login = `erin-${process.pid}`
  const options = { viewport: phone, foreign, expected: /401|409|net::ERR_/ }
  const bind = (page) => page.getByRole('button', { name: '绑定省政务服务网统一身份认证' })

  await visit('./account', { ...options, prepare: signedIn('citizen') }, async (page) => {
    await bind(page).waitFor()
    await accessible(page)
    await fits(page)
    await bind(page).click()
    await page.getByRole('link', { name: 'Cancel' }).click()
    await at(page, './account')
    await page.getByText('您在那边取消了登录').waitFor()
    assert.equal(new URL(page.url()).hash, '')

    await bind(page).click()
    await signInThere(page, login)
    await at(page, './account')
    await page.getByText('已经绑定省政务服务网统一身份认证').waitFor()
    await page.getByRole('heading', { name: '还可以这样登录' }).waitFor()
    assert.equal(await bind(page).count(), 0)
    await accessible(page)
    await fits(page)
    await page.reload()
    await page.getByRole('heading', { name: '还可以这样登录' }).waitFor()
    assert.equal(await page.getByText('已经绑定省政务服务网').count(), 0)
  })

  await visit('./account', { ...options, prepare: signedIn('neighbour') }, async (page) => {
    await bind(page).click()
    await signInThere(page, login)
    await page.getByText('已经绑定了另一个账户').waitFor()
    await accessible(page)
    await fits(page)
  })
})

test('who changes his mind there is told so here, and every refusal is a sentence', async () => {
  await visit('./sign-in', { foreign, expected: /401|net::ERR_/ }, async (page) => {
    await settled(page)
    await button(page).click()
    await page.getByRole('link', { name: 'Cancel' }).click()
    await at(page, './sign-in?error=oidc_denied')
    await page.getByText('您在那边取消了登录').waitFor()
    await accessible(page)
  })
  for (const code of ['oidc_state', 'no_such_code', '<b>x</b>', 'constructor']) {
    const address = `./sign-in?error=${encodeURIComponent(code)}`
    await visit(address, { viewport: phone }, async (page) => {
      await settled(page)
      await page.getByText('没有登录成功').first().waitFor()
      assert.ok(!(await page.locator('main').innerText()).includes(code))
    })
  }
})

test('staff are not sent there', async () => {
  await visit('./sign-in/staff', {}, async (page) => {
    await settled(page)
    await page.getByLabel('登录名').waitFor()
    assert.equal(await button(page).count(), 0)
  })
})
