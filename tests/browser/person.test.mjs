/* What is kept about one: the real name, agreements, a copy, erasure, acting for another. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { accessible, desktop, fits, phone, settled, visit } from './browser.mjs'
import { people, signedIn } from './people.mjs'

/** A made-up number of an identity card, with its check digit. */
function card() {
  const day = `19${60 + (process.pid % 30)}0${1 + (process.pid % 9)}1${process.pid % 10}`
  const digits = `110101${day}${String(100 + (process.pid % 900)).padStart(3, '0')}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, index) => total + weight * digits[index], 0)
  return digits + '10X98765432'[sum % 11]
}

test('a name and a document are kept hidden, and only with an agreement of their own', async () => {
  const number = card()
  const options = { viewport: phone, prepare: signedIn('citizen'), expected: /401|409|422/ }
  await visit('./account/person', options, async (page) => {
    await settled(page)
    await page.getByLabel('证件种类').selectOption('identity_card')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('请填写姓名').first().waitFor()
    await page.getByText('要先单独同意').first().waitFor()
    await accessible(page)
    await fits(page)
    await page.getByLabel('姓名').fill('陈小满')
    await page.getByRole('textbox', { name: '证件号码' }).fill(`${number.slice(0, 17)}#`)
    await page.getByLabel('我单独同意处理我的证件号码').check()
    await page.getByRole('button', { name: '保存' }).click()
    await page
      .getByText(/^错误：证件号码：|证件号码：/)
      .first()
      .waitFor()
    await page.getByRole('textbox', { name: '证件号码' }).fill(number)
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已经保存').waitFor()
    await page.getByText('已填写实名信息').waitFor()
    await accessible(page)
    assert.ok(!(await page.content()).includes(number))

    await page.getByLabel('认领码').fill('AAAA-BBBB-CCCC-DDDD')
    await page.getByRole('button', { name: '认领' }).click()
    await page
      .getByText(/认领码不对|认领码：/)
      .first()
      .waitFor()
  })
})

test('a copy of all that is kept can be had, and erasure be taken back', async () => {
  const options = { viewport: desktop, prepare: signedIn('citizen'), expected: /401/ }
  await visit('./account/data', options, async (page) => {
    await settled(page)
    await accessible(page)
    await page.getByRole('button', { name: '准备一份' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: '保存到这台设备' }).first().click()
    const copy = JSON.parse(readFileSync(await (await download).path(), 'utf8'))
    assert.equal(copy.items[0].phone, people.citizen.phone)
    assert.ok(copy.sessions.length > 0)

    await page.getByRole('button', { name: '要求删除' }).click()
    await page.getByRole('dialog').getByText('找不回来').waitFor()
    await accessible(page)
    await page.getByRole('dialog').getByRole('button', { name: '要求删除' }).click()
    await page.getByText('您的账户正在等待删除').waitFor()
    await page.getByRole('button', { name: '不删了' }).click()
    await page.getByText('您的账户正在等待删除').waitFor({ state: 'detached' })
    await accessible(page)
  })
})

test('acting for another is asked for, and can be ended', async () => {
  const options = { viewport: phone, prepare: signedIn('citizen'), expected: /401|409|422/ }
  await visit('./account/proxies', options, async (page) => {
    await settled(page)
    await page.getByRole('button', { name: '提交申请' }).click()
    await page.getByText('请选择是什么关系').first().waitFor()
    await accessible(page)
    await fits(page)
  })
})

test('a report of a citizen is settled by the bureau', async () => {
  const entry = `./practitioners/${process.env.LEGALNET_PRACTITIONER}`
  const words = `电话打不通 ${process.pid}`
  await visit(entry, {}, async (page) => {
    await page.getByRole('button', { name: '这条信息有错' }).click()
    await page.getByLabel('哪一项有错').selectOption({ index: 1 })
    await page.getByLabel('错在哪里').fill(words)
    await page.getByRole('button', { name: '提交' }).click()
    await page.getByText('谢谢您').waitFor()
  })
  const options = { viewport: desktop, prepare: signedIn('manager') }
  await visit('./staff/entry-reports', options, async (page) => {
    await settled(page)
    const report = page.locator('.card', { hasText: words })
    await report.getByRole('button', { name: '处理完毕' }).click()
    await page.getByText('请选择怎样处理').first().waitFor()
    await accessible(page)
    await report.getByLabel('说得对，已经改了').check()
    await report.getByLabel('处理说明').fill('已改成新号码')
    await report.getByRole('button', { name: '处理完毕' }).click()
    await report.waitFor({ state: 'detached' })
    await page.getByLabel('已采纳').check()
    await page.getByRole('button', { name: '查找' }).click()
    await report.getByText('已改成新号码').waitFor()
  })
})
