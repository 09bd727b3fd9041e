/* Roles and rules as data, as administrators change them. */

import { test } from 'node:test'

import { accessible, desktop, phone, settled, visit } from './browser.mjs'
import { signedIn } from './people.mjs'

const code = `desk_${process.pid}`

test('a role is made, edited and deleted', async () => {
  const options = { viewport: desktop, prepare: signedIn('security') }
  await visit('./staff/roles', options, async (page) => {
    await settled(page)
    await page.getByRole('link', { name: '新建角色' }).click()
    await settled(page)
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByRole('link', { name: '请填写角色名称' }).waitFor()
    await accessible(page)
    await page.getByLabel('代号').fill(code)
    await page.getByLabel('角色名称').fill(`前台 ${code}`)
    await page.getByLabel('窗口登记当事人').check()
    await page.getByRole('button', { name: '保存' }).click()

    const row = page.getByRole('row', { name: new RegExp(code) })
    await row.getByText('窗口登记当事人').waitFor()
    await row.getByRole('link').click()
    await page.getByLabel('查看当事人', { exact: true }).check()
    await page.getByRole('button', { name: '保存' }).click()
    await row.getByText('查看当事人', { exact: true }).waitFor()
    await row.getByRole('link').click()
    await page.getByRole('button', { name: '删除角色' }).click()
    await accessible(page)
    await page.getByRole('dialog').getByRole('button', { name: '删除角色' }).click()
    await row.waitFor({ state: 'detached' })
  })
})

test('a rule gets another value from a day on, never in the past', async () => {
  const options = { viewport: phone, prepare: signedIn('system'), expected: /409/ }
  await visit('./staff/rules', options, async (page) => {
    await settled(page)
    const rule = page.getByLabel('哪一条规则')
    await rule.selectOption({ label: '通知：没有约定时，几点起不打扰' })
    await page.getByLabel('数值').fill('2200')
    await page.getByRole('button', { name: '从那天起这样' }).click()
    await page.getByRole('link', { name: '请填写时间，例如 22:00' }).waitFor()
    await rule.selectOption({ label: '验证码：多长时间内有效' })
    await page.getByText('现在是 5 分钟').waitFor()
    await page.getByLabel('数值').fill('4')
    await page.getByLabel('单位').selectOption({ label: '分钟' })
    await page.getByLabel('根据什么改').fill('安全会议的决定')
    const from = page.getByRole('group', { name: /从哪一天起/ })
    await from.getByLabel('年').fill('2021')
    await from.getByLabel('月').fill('3')
    await from.getByLabel('日').fill('9')
    await page.getByRole('button', { name: '从那天起这样' }).click()
    await page.getByRole('link', { name: '只能从今天或者以后的一天起' }).waitFor()
    await accessible(page)
    await from.getByLabel('年').fill('2098')
    await page.getByRole('button', { name: '从那天起这样' }).click()
    await page.getByText('已经保存').waitFor()
    await page.getByRole('row', { name: /多长时间内有效[^]*4 分钟[^]*2098年3月9日/ }).waitFor()
    await accessible(page)
  })
})
