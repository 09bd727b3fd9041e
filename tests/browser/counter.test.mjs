/* The counter: a record is made, verified by the paper, opened with a reason, handed over. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, desktop, fits, phone, settled, site, visit } from './browser.mjs'
import { signedIn } from './people.mjs'

/** A number of an identity card of a county in Wenzhou, with its check digit (GB 11643). */
function identity(birthday) {
  const order = String(100 + (process.pid % 800))
  const first = `330302${birthday}${order}`
  const sum = [...first].reduce((all, digit, index) => all + digit * (2 ** (17 - index) % 11), 0)
  return first + '10X98765432'[sum % 11]
}

const number = identity('19840229')
let record = ''

async function choosePlace(page) {
  await page.getByLabel('省、自治区、直辖市').selectOption({ label: '浙江省' })
  await page.getByLabel('市、州').selectOption({ label: '温州市' })
}

test('a person without an account is put on record', async () => {
  const options = { viewport: phone, prepare: signedIn('manager'), expected: /422/ }
  await visit('./staff/persons', options, async (page) => {
    await settled(page)
    await page.getByLabel('证件号码').fill(`${number.slice(0, 17)}?`)
    await page.getByRole('button', { name: '查找' }).click()
    await page
      .getByText(/证件号码：/)
      .first()
      .waitFor()
    await accessible(page)
    await fits(page)
    await page.getByLabel('证件号码').fill(number)
    await page.getByLabel('证件号码').press('Enter')
    await page.getByText('没有找到登记').waitFor()
    assert.ok(!page.url().includes(number))

    await page.getByRole('link', { name: '新登记当事人' }).click()
    await page.getByRole('button', { name: '登记' }).click()
    await page.getByRole('link', { name: '请选择住在哪里' }).click()
    assert.equal(await page.evaluate(() => document.activeElement.id), 'person-new-region-0')
    await accessible(page)
    await page.getByLabel('姓名').fill('王小明')
    await page.getByLabel('证件种类').selectOption('identity_card')
    await page.getByLabel('证件号码').fill(number)
    await choosePlace(page)
    await page.getByRole('button', { name: '登记' }).click()

    await page.waitForURL(/\/staff\/persons\/[0-9a-f-]{36}$/)
    record = new URL(page.url()).pathname.replace(/^.*\/staff/, './staff')
    await page.getByText('打开登记会留下记录').waitFor()
    assert.ok(!(await page.locator('main').innerText()).includes(number))
    await page.getByText('先核验身份，才能给认领码').waitFor()
    await accessible(page)
    await fits(page)
  })
})

test('the paper is seen, and a claim code handed out once', async () => {
  const options = { viewport: desktop, prepare: signedIn('manager'), expected: /422/ }
  await visit(record, options, async (page) => {
    await settled(page)
    const verify = page.getByRole('button', { name: '看过原件，核验' })
    await verify.click()
    await page.getByRole('link', { name: '请填写姓名' }).waitFor()
    await accessible(page)
    await page.getByLabel('姓名').fill('王小明')
    await page.getByLabel('证件号码').fill(`${number.slice(0, 16)}?`)
    await verify.click()
    await page
      .getByText(/证件号码：/)
      .first()
      .waitFor()
    await page.getByLabel('证件号码').fill(number)
    await page.getByLabel('证件号码').press('Enter')
    await page.getByText('身份已经核验').waitFor()
    await page.getByText('已在窗口核实').first().waitFor()
    await accessible(page)

    await page.getByRole('button', { name: '给认领码' }).click()
    await page.getByRole('dialog').getByText('以前给过的码马上失效').waitFor()
    await accessible(page)
    await page.getByRole('dialog').getByRole('button', { name: '给认领码' }).click()
    const code = await page.locator('.claim-code').innerText()
    assert.match(code, /^[0-9A-Z]{6}-[0-9A-Z]{5}-[0-9A-Z]{5}$/)
    await page.reload()
    await settled(page)
    assert.ok(!(await page.content()).includes(code))
  })
})

test('who acts for somebody is made at the counter, when both have shown their papers', async () => {
  const options = { viewport: phone, prepare: signedIn('manager'), expected: /409|422/ }
  const paper = identity('19550710')
  await visit('./staff/persons/new', options, async (page) => {
    await settled(page)
    await page.getByLabel('姓名').fill('王大明')
    await page.getByLabel('证件种类').selectOption('identity_card')
    await page.getByLabel('证件号码').fill(paper)
    await choosePlace(page)
    await page.getByRole('button', { name: '登记' }).click()
    await page.waitForURL(/\/staff\/persons\/[0-9a-f-]{36}$/)
    await page.getByText('先核验身份，才能登记代办').waitFor()
    const proxyRecord = page.url()

    const make = async () => {
      await page.goto(new URL(record, site).href)
      await settled(page)
      const form = page.locator('form', { hasText: '代办人的证件号码' })
      const submit = form.getByRole('button', { name: '看过证明，登记代办' })
      await submit.click()
      await page.getByRole('link', { name: '请选择是什么关系' }).waitFor()
      await form.getByLabel('代办人的证件号码').fill(paper)
      await form.getByLabel('近亲属').check()
      await form.getByLabel('年').fill(String(new Date().getFullYear() + 1))
      await form.getByLabel('月').fill('3')
      await form.getByLabel('日').fill('9')
      await form.getByLabel('看过什么证明').fill('户口簿原件')
      await submit.click()
    }
    await make()
    await page.getByRole('link', { name: '代办人的身份还没有核验' }).waitFor()
    await accessible(page)
    await fits(page)

    await page.goto(proxyRecord)
    await settled(page)
    const verify = page.locator('form', { hasText: '看过原件，核验' })
    await verify.getByLabel('姓名').fill('王大明')
    await verify.getByLabel('证件号码').fill(paper)
    await verify.getByRole('button', { name: '看过原件，核验' }).click()
    await page.getByText('身份已经核验').waitFor()
    await make()
    await page.getByText('代办已经登记').waitFor()
    await page.getByText('户口簿原件', { exact: true }).waitFor()
    await accessible(page)
    await fits(page)
  })
})

test('the clear value wants a reason, and is hidden again', async () => {
  const options = { viewport: phone, prepare: signedIn('manager'), expected: /422/ }
  await visit(record, options, async (page) => {
    await settled(page)
    const show = page.getByRole('button', { name: '显示完整信息' })
    await show.click()
    await page.getByRole('link', { name: '请写明为什么要看完整信息' }).waitFor()
    await page.getByLabel('为什么要看').fill('核对 13800138000 的申请')
    await show.click()
    await page
      .getByText(/不要填写号码等个人信息/)
      .first()
      .waitFor()
    await accessible(page)
    await page.getByLabel('为什么要看').fill('核对法律援助申请')
    await page.getByLabel('为什么要看').press('Enter')
    await page.getByText(number).waitFor()
    await accessible(page)
    await fits(page)
    await page.getByRole('button', { name: '重新遮住' }).click()
    assert.ok(!(await page.content()).includes(number))
  })
})
