/* The desk, as administrators go through it: an account from its opening to its end. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, desktop, fits, phone, settled, visit } from './browser.mjs'
import { signedIn } from './people.mjs'

const name = `wang.${process.pid}`
const secret = 'Green-Hill 2031'
let first = ''

const at = (page, path) => page.waitForURL((url) => url.pathname.endsWith(path))

test('menus show only what one may do', async () => {
  const rooms = {}
  for (const who of ['system', 'security', 'audit']) {
    await visit('./staff', { prepare: signedIn(who) }, async (page) => {
      await page.locator('.way-link').first().waitFor()
      rooms[who] = await page.locator('.way-link').allInnerTexts()
    })
  }
  assert.ok(rooms.system.includes('开工作人员账户') && !rooms.system.includes('授权'))
  assert.ok(rooms.security.includes('授权') && !rooms.security.includes('审计记录'))
  assert.deepEqual(rooms.audit, ['审计记录'])
})

test('an account is opened, and its first password shown once', async () => {
  const options = { viewport: desktop, prepare: signedIn('system'), expected: /409|422/ }
  await visit('./staff/accounts/new', options, async (page) => {
    await settled(page)
    await page.getByRole('button', { name: '开账户' }).click()
    await page.getByText('请填写登录名').first().waitFor()
    await accessible(page)
    await page.getByLabel('登录名').fill('Not A Name')
    await page.getByRole('button', { name: '开账户' }).click()
    await page
      .getByText(/登录名：只能用小写字母/)
      .first()
      .waitFor()
    await page.getByLabel('登录名').fill(name)
    await page.getByLabel('登录名').press('Enter')
    first = await page.locator('.first-password').innerText()
    assert.match(first, /^[A-Z0-9]{12,}$/)
    await accessible(page)
    await page.getByRole('button', { name: '再开一个' }).click()
    assert.ok(!(await page.content()).includes(first))
    await page.getByLabel('登录名').fill(name)
    await page.getByLabel('登录名').press('Enter')
    await page.getByText('这个登录名已经有人用了').first().waitFor()
  })
})

test('whoever has a first password changes it before anything else', async () => {
  const options = { viewport: phone, expected: /401|422/ }
  await visit('./sign-in/staff#to=%2Fstaff', options, async (page) => {
    await settled(page)
    await page.getByLabel('登录名').fill(name)
    await page.getByLabel('密码', { exact: true }).fill(first)
    await page.getByRole('button', { name: '登录' }).click()
    await at(page, '/account/password')
    await page.getByText('请先换一个密码').waitFor()
    await accessible(page)
    await page.getByLabel('现在的密码').fill(first)
    await page.getByLabel('新密码', { exact: true }).fill(secret)
    await page.getByLabel('再填一次新密码').fill(`${secret}!`)
    await page.getByRole('button', { name: '保存新密码' }).click()
    await page.getByText('两次填的不一样').first().waitFor()
    await page.getByLabel('再填一次新密码').fill(secret)
    await page.getByRole('button', { name: '保存新密码' }).click()
    await at(page, '/staff')
    await page.getByText('您现在还没有任何权限').waitFor()
  })
})

test('a role is given for a region and dates, explained, and taken back', async () => {
  const options = { viewport: desktop, prepare: signedIn('security'), expected: /409/ }
  await visit('./staff/accounts#kind=staff', options, async (page) => {
    await settled(page)
    await page.getByLabel('登录名').fill(name)
    await page.getByLabel('登录名').press('Enter')
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByText('还没有授权').waitFor()
    await page.getByRole('link', { name: '授予角色' }).click()
    await page.getByRole('button', { name: '授予', exact: true }).click()
    await page.getByText('请选择一个角色').first().waitFor()
    await accessible(page)
    await page.getByLabel('窗口受理人员').check()
    await page.getByLabel('省、自治区、直辖市').selectOption({ label: '浙江省' })
    await page.getByLabel('市、州').selectOption({ label: '温州市' })
    const until = page.getByRole('group', { name: /到哪一天为止/ })
    await until.getByLabel('年').fill('2099')
    await until.getByLabel('月').fill('13')
    await until.getByLabel('日').fill('1')
    await page.getByRole('button', { name: '授予', exact: true }).click()
    await page.getByText('请填写真实的日期').first().waitFor()
    await until.getByLabel('月').fill('12')
    await page.getByRole('button', { name: '授予', exact: true }).click()

    const row = page.getByRole('row', { name: /窗口受理人员/ })
    await row.getByText('有效', { exact: true }).waitFor()
    assert.match(await row.innerText(), /温州市[^]*到 2099年12月2日 00:00 止/)
    await accessible(page)

    await page.getByRole('link', { name: '为什么他能或不能办某件事' }).click()
    await page.getByLabel('什么事').selectOption({ label: '窗口登记当事人' })
    await page.getByLabel('省、自治区、直辖市').selectOption({ label: '浙江省' })
    await page.getByLabel('市、州').selectOption({ label: '温州市' })
    await page.getByRole('button', { name: '看看' }).click()
    await page.getByText(`${name} 可以：窗口登记当事人`).waitFor()
    await accessible(page)
    await page.getByLabel('市、州').selectOption({ label: '宁波市' })
    await page.getByRole('button', { name: '看看' }).click()
    await page.getByText(`${name} 不可以：窗口登记当事人`).waitFor()
    await page.getByText('这个角色管的是别的地区').waitFor()

    await page.goBack()
    await page.goBack()
    await page.goBack()
    await row.getByRole('button', { name: /收回/ }).click()
    await page.getByRole('dialog').getByText('收回后马上生效').waitFor()
    await accessible(page)
    await page.getByRole('dialog').getByRole('button', { name: '收回' }).click()
    await row.getByText('已收回').waitFor()
  })
})

test('a disabled account is out, and says no more than a wrong password', async () => {
  const options = { viewport: phone, prepare: signedIn('security') }
  await visit(`./staff/accounts#name=${name}`, options, async (page) => {
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByRole('button', { name: '停用账户' }).click()
    await page.getByRole('dialog').getByText('马上在所有地方退出').waitFor()
    await accessible(page)
    await fits(page)
    await page.keyboard.press('Escape')
    assert.equal(await page.getByRole('dialog').isVisible(), false)
    await page.getByRole('button', { name: '停用账户' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '停用账户' }).click()
    await page.getByText('已停用').waitFor()
  })
  await visit('./sign-in/staff', { expected: /401/ }, async (page) => {
    await settled(page)
    await page.getByLabel('登录名').fill(name)
    await page.getByLabel('密码', { exact: true }).fill(secret)
    await page.getByRole('button', { name: '登录' }).click()
    await page.getByText('没有登录成功').first().waitFor()
  })
})

test('the trail tells who did it, and keeps its conditions', async () => {
  const act = 'POST /api/v1/admin/accounts/{id}/disable'
  const options = { viewport: desktop, prepare: signedIn('audit') }
  await visit('./staff/audit', options, async (page) => {
    await settled(page)
    await page.getByRole('row').nth(1).waitFor()
    await page.getByLabel('对什么').selectOption({ label: '账户' })
    await page.getByLabel('做了什么').selectOption({ label: '停用账户' })
    await page.getByRole('button', { name: '查找' }).click()
    await page.waitForURL(/#.*type=account/)
    await page
      .getByRole('row', { name: /停用账户/ })
      .first()
      .waitFor()
    assert.ok(!(await page.locator('main').innerText()).includes(secret))
    await accessible(page)
    const rows = await page.locator('tbody tr').allInnerTexts()
    assert.ok(rows.every((text) => text.includes(act)))

    // Numbers need not be typed: a record's own are taken from it.
    const account = page.getByLabel('谁办的（账户编号）')
    assert.equal(await account.isVisible(), false)
    await page.getByRole('link', { name: '只看他办的' }).first().click()
    await page.waitForURL(/#.*account=/)
    await settled(page)
    assert.match(await account.inputValue(), /^[0-9a-f-]{36}$/)
    await page.getByRole('link', { name: '只看这一个' }).first().click()
    await page.waitForURL(/#.*&id=/)
    await settled(page)
    await page.getByRole('row', { name: /停用账户/ }).waitFor()
    await accessible(page)
    await fits(page)
    await page.goBack()

    await account.fill('nobody')
    await page.getByRole('button', { name: '查找' }).click()
    await page.getByText('账户编号写得不完整').first().waitFor()
    await page.reload()
    await page
      .getByRole('row', { name: /停用账户/ })
      .first()
      .waitFor()
    assert.equal(await page.getByLabel('做了什么').inputValue(), act)

    await page.getByLabel('对象的编号').fill('7')
    await page.getByLabel('对什么').selectOption('')
    await page.getByRole('button', { name: '查找' }).click()
    await page.getByRole('link', { name: '写了对象的编号，还要选“对什么”' }).click()
    assert.equal(await page.evaluate(() => document.activeElement.id), 'audit-id')
    await accessible(page)
    await account.fill('')
    await page.getByLabel('对象的编号').fill('')
    await page.getByLabel('做了什么').selectOption('')
    await page.getByLabel('请求的技术名称').fill('POST /api/v1/admin/grants')
    await page.getByRole('button', { name: '查找' }).click()
    await page
      .getByRole('row', { name: /授予角色/ })
      .first()
      .waitFor()
    assert.equal(await page.getByRole('row', { name: /停用账户/ }).count(), 0)
  })
})
