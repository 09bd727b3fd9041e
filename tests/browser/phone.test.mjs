/* Another phone number, and whatever else leads to an account. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, fits, phone, settled, visit } from './browser.mjs'
import { codeFor, newestCode, people, signedIn } from './people.mjs'

const fresh = String(13800200000 + (process.pid % 50_000))

async function change(page, number, prove) {
  await settled(page)
  const before = newestCode(number)
  await page.getByLabel('新手机号').fill(number)
  await page.getByRole('button', { name: '获取验证码' }).first().click()
  await page.getByText(/验证码已经发往/).waitFor()
  await page.getByLabel('发到新号码的验证码').fill(await codeFor(number, before))
  await prove()
  await page.getByRole('button', { name: '换成这个号码' }).click()
}

test('the number is changed by a code to the new one and a proof of who one is', async () => {
  const options = { viewport: phone, prepare: signedIn('mover'), expected: /401|422/ }
  await visit('./account/phone', options, async (page) => {
    await settled(page)
    await page.getByRole('button', { name: '换成这个号码' }).click()
    await page.getByText('请先填写新手机号，获取验证码').first().waitFor()
    await accessible(page)
    await fits(page)

    await change(page, fresh, () =>
      page.getByRole('textbox', { name: '密码' }).fill(people.mover.password),
    )
    await page.getByText('手机号已经换成').waitFor()
    await accessible(page)

    await page.getByRole('link', { name: '返回我的账户' }).click()
    await page
      .locator('.facts')
      .getByText(`${fresh.slice(0, 3)}****${fresh.slice(-4)}`)
      .waitFor()
    assert.ok(!(await page.content()).includes(fresh))
  })
})
