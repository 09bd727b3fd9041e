/* The second step by a client certificate (UKey): bound, signed in with, taken away. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, desktop, fits, phone, resize, settled, site, visit } from './browser.mjs'
import { people } from './people.mjs'

const papers = JSON.parse(process.env.LEGALNET_CERTIFICATES)
const at = (page, path) => page.waitForURL((url) => url.pathname.endsWith(path))

/** A machine with this key in it, or none. */
function machine(name) {
  const [certPath, keyPath] = papers[name] ?? []
  const clientCertificates = [{ origin: site.origin, certPath, keyPath }]
  return {
    viewport: desktop,
    ignoreHTTPSErrors: true, // the authority is the test's own
    expected: /401|409|422/,
    ...(name && { clientCertificates }),
  }
}

async function password(page) {
  await settled(page)
  await page.getByLabel('登录名').fill(people.holder.name)
  await page.getByLabel('密码', { exact: true }).fill(people.holder.password)
  await page.getByLabel('密码', { exact: true }).press('Enter')
}

async function decent(page) {
  for (const { width, height } of [desktop, phone]) {
    await resize(page, width, height)
    await accessible(page)
    await fits(page)
  }
}

const signIn = './sign-in/staff#to=%2Fstaff'

test('who must have a second factor binds the key that is plugged in, and may go on', async () => {
  await visit(signIn, machine('mine'), async (page) => {
    await password(page)
    await at(page, '/account/factor')
    await page.getByText('您的工作要用两步验证').waitFor()
    await page.getByText('还没有绑定证书').waitFor()
    await decent(page)
    await page.getByRole('button', { name: '绑定现在插着的 UKey' }).click()
    await page.getByText('证书已经绑定').waitFor()
    await page.getByRole('heading', { name: /^编号 [0-9A-F]{40}$/ }).waitFor()
    await page.getByText('您的工作要用两步验证').waitFor({ state: 'detached' })
    await decent(page)

    // Once more is no second one, and says so.
    await page.getByRole('button', { name: '绑定现在插着的 UKey' }).click()
    await page.getByText('这个证书已经绑定到一个账户').waitFor()
    await decent(page)

    await page.getByRole('button', { name: '继续' }).click()
    await at(page, '/staff')
    await settled(page)
    await page.locator('main').getByRole('link', { name: '当事人' }).first().waitFor()
  })
})

test('then the key is the second step of a sign-in', async () => {
  await visit(signIn, machine('mine'), async (page) => {
    await password(page)
    await at(page, '/sign-in/step')
    await page.getByText('密码对了。请插上 UKey 再继续。').waitFor()
    assert.equal(await page.getByLabel('验证器上的 6 位数字').count(), 0)
    await decent(page)
    await page.getByRole('button', { name: '用 UKey 登录' }).click()
    await at(page, '/staff')
    await page.locator('main').getByRole('link', { name: '当事人' }).first().waitFor()

    await page.goto(new URL('./account/factor', site).href)
    await page.getByText('最近一次使用：').waitFor()
    await decent(page)
  })
})

for (const [what, key] of [
  ['no key', undefined],
  ["another's key", 'another'],
]) {
  test(`${what} is none, and nothing opens`, async () => {
    await visit(signIn, machine(key), async (page) => {
      await password(page)
      await at(page, '/sign-in/step')
      await page.getByRole('button', { name: '用 UKey 登录' }).click()
      await page.getByText('没有认出您的证书').first().waitFor()
      await decent(page)
      await page.goto(new URL('./staff', site).href)
      await at(page, '/sign-in/step')
      assert.equal(
        (await page.request.get(new URL('./api/v1/me/certificates', site).href)).status(),
        401,
      )
    })
  })
}

test('without its key the account must set up a second factor again', async () => {
  await visit(signIn, machine('mine'), async (page) => {
    await password(page)
    await page.getByRole('button', { name: '用 UKey 登录' }).click()
    await at(page, '/staff')
    await page.goto(new URL('./account/factor', site).href)
    await page.getByRole('button', { name: '解除绑定' }).click()
    await page.getByText('以后不能再用它登录').waitFor()
    await decent(page)
    await page.getByRole('dialog').getByRole('button', { name: '解除绑定' }).click()
    await page.getByText('证书已经解除绑定').waitFor()
    await page.getByText('还没有绑定证书').waitFor()
    await page.getByText('您的工作要用两步验证').waitFor()
    await decent(page)
  })
})
