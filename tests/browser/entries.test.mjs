/* Entries of the directory: edited with what it is based on, or proposed by whom they are about. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { accessible, desktop, fits, phone, settled, site, visit } from './browser.mjs'
import { signedIn } from './people.mjs'

const office = process.env.LEGALNET_ORGANIZATION
const person = process.env.LEGALNET_PRACTITIONER
const words = `擅长劳动争议，说话直爽 ${process.pid}`

test('an office is edited, with a basis, and the correction is listed', async () => {
  const options = { viewport: desktop, prepare: signedIn('manager'), expected: /412|422/ }
  await visit(`./organizations/${office}`, options, async (page) => {
    await settled(page)
    await page.getByRole('link', { name: '编辑', exact: true }).click()
    await settled(page)
    const save = page.getByRole('button', { name: '保存' })
    await page.getByLabel('地址').fill(`测试路 ${process.pid} 号`)
    await save.click()
    await page.getByRole('link', { name: '请写明根据什么改' }).click()
    assert.equal(await page.evaluate(() => document.activeElement.id), 'entry-basis')
    await accessible(page)
    await page.getByLabel('根据什么改').fill('打电话核实过')
    await page.getByLabel('开放时间').fill('周一到周五')
    await save.click()
    await page
      .getByText(/开放时间：/)
      .first()
      .waitFor()
    await page.getByLabel('开放时间').fill('1-5 09:00-12:00 13:30-17:00')
    await save.click()
    await page.getByText('已经保存').waitFor()
    await page.getByRole('row', { name: new RegExp(`地址.*测试路 ${process.pid} 号`) }).waitFor()
    await accessible(page)
    assert.equal(await page.getByLabel('开放时间').inputValue(), '1-5 09:00-12:00 13:30-17:00')
  })
})

test('who was slower is told so, and keeps what he typed', async () => {
  const options = { viewport: phone, prepare: signedIn('manager'), expected: /412/ }
  await visit(`./staff/organizations/${office}`, options, async (page) => {
    await settled(page)
    const other = await page.context().newPage()
    await other.goto(page.url())
    await settled(other)
    for (const [one, address] of [
      [other, `先改路 ${process.pid} 号`],
      [page, `后改路 ${process.pid} 号`],
    ]) {
      await one.getByLabel('地址').fill(address)
      await one.getByLabel('根据什么改').fill('打电话核实过')
      await one.getByRole('button', { name: '保存' }).click()
      if (one === other) await one.getByText('已经保存').waitFor()
    }
    await page.getByText('您打开以后，别人改过这条信息').waitFor()
    await accessible(page)
    await fits(page)
    await page.getByRole('button', { name: '读取最新内容' }).click()
    await page.getByText('您打开以后，别人改过这条信息').waitFor({ state: 'detached' })
    assert.equal(await page.getByLabel('地址').inputValue(), `后改路 ${process.pid} 号`)
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已经保存').waitFor()
  })
})

test('what the licence says, where it is and when it began are edited too', async () => {
  const options = { viewport: phone, prepare: signedIn('manager') }
  await visit(`./staff/organizations/${office}`, options, async (page) => {
    await settled(page)
    await page.locator('summary', { hasText: '地图位置' }).click()
    await page.getByLabel('坐标（经度,纬度）').first().fill('28.02 120.65')
    await page.locator('summary', { hasText: '许可证上的内容' }).click()
    await page.getByRole('group', { name: '类别' }).getByLabel('法治文化公园').check()
    await page.getByLabel('主要是哪一类').selectOption({ label: '法治文化公园' })
    await page.getByLabel('年', { exact: true }).fill('2019')
    await page.getByLabel('根据什么改').first().fill('批准设立的文件')
    const save = page.getByRole('button', { name: '保存' })
    await save.click()
    await page.getByRole('link', { name: /请先写经度，再写纬度/ }).click()
    await accessible(page)
    await fits(page)
    await page.getByLabel('坐标（经度,纬度）').first().fill('120.6601，28.0102')
    await save.click()
    await page.getByText('已经保存').waitFor()
    await page.getByRole('row', { name: /类别.*法治文化公园/ }).waitFor()
    await page.getByRole('row', { name: /经度.*120\.6601/ }).waitFor()
    await page.getByRole('row', { name: /成立日期.*2019年/ }).waitFor()
    await accessible(page)
    await fits(page)

    for (const part of ['年', '月', '日']) await page.getByLabel(part, { exact: true }).fill('')
    await page.getByLabel('根据什么改').first().fill('文件查不到了')
    await save.click()
    await page.getByRole('row', { name: /成立日期.*（空）.*文件查不到了/ }).waitFor()
    assert.equal(await page.getByLabel('年', { exact: true }).inputValue(), '')
  })
})

test('an outreach place is opened, and closed again', async () => {
  const name = `便民点 ${process.pid}`
  const options = { viewport: phone, prepare: signedIn('manager') }
  await visit(`./staff/organizations/${office}`, options, async (page) => {
    await settled(page)
    await page.getByText('增加一个地点').click()
    const form = page.locator('form', { hasText: '什么时候有人' })
    await form.getByRole('button', { name: '增加' }).click()
    await page.getByRole('link', { name: '请选择地区' }).click()
    assert.match(await page.evaluate(() => document.activeElement.id), /^place-region/)
    await accessible(page)
    await form.getByLabel('地点名称').fill(name)
    await form.getByLabel('省、自治区、直辖市').selectOption({ label: '浙江省' })
    await form.getByLabel('市、州').selectOption({ label: '温州市' })
    await form.getByLabel('什么时候有人').fill('每月第一个周三上午')
    await form.getByLabel('根据什么改').fill('工作计划')
    await form.getByRole('button', { name: '增加' }).click()
    await page.getByText('已经增加').waitFor()
    const card = page.locator('.card', { hasText: name })
    await card.getByText('每月第一个周三上午').waitFor()
    await accessible(page)
    await fits(page)

    await card.getByRole('button', { name: '取消这个地点' }).click()
    const sure = page.getByRole('dialog')
    await sure.getByRole('button', { name: '取消这个地点' }).click()
    await sure.getByRole('link', { name: '请写明根据什么改' }).waitFor()
    await accessible(page)
    await sure.getByLabel('根据什么改').fill('工作计划变了')
    await sure.getByRole('button', { name: '取消这个地点' }).click()
    await page.getByText('已经取消').waitFor()
    await card.waitFor({ state: 'detached' })
  })
})

test('an entry is found by its name, from the desk', async () => {
  const options = { viewport: phone, prepare: signedIn('manager') }
  await visit('./staff', options, async (page) => {
    await settled(page)
    await page.locator('main').getByRole('link', { name: '名录' }).click()
    await settled(page)
    await page.getByLabel('机构', { exact: true }).check()
    await page.getByLabel('姓名或者名称').fill('法律援助中心')
    await page.getByRole('button', { name: '查找' }).click()
    await page.waitForFunction(() => window.location.hash.includes('organizations'))
    await settled(page)
    await accessible(page)
    await fits(page)
    await page
      .getByRole('link', { name: /法律援助中心/ })
      .first()
      .click()
    await page.getByText('许可证上的内容').waitFor()
    assert.match(page.url(), /\/staff\/organizations\/\d+$/)
  })
})

test('who serves where, in which office and since when is edited', async () => {
  const options = { viewport: desktop, prepare: signedIn('manager') }
  await visit(`./staff/practitioners/${person}`, options, async (page) => {
    await settled(page)
    await page.locator('summary', { hasText: '服务地区' }).click()
    const served = page.locator('details', { hasText: '再加一个地区' })
    await served.getByLabel('省、自治区、直辖市').selectOption({ label: '浙江省' })
    await served.getByLabel('市、州').selectOption({ label: '杭州市' })
    await served.getByRole('button', { name: '加上' }).click()
    await served.getByText('浙江省杭州市', { exact: true }).first().waitFor()
    await page.locator('summary', { hasText: '许可证上的内容' }).click()
    await page.getByLabel('换一家机构').fill('法律援助中心')
    await page.getByRole('button', { name: '查找' }).click()
    await page
      .getByRole('radio', { name: /法律援助中心/ })
      .first()
      .check()
    await page.getByLabel('年', { exact: true }).fill('2001')
    await page.getByLabel('根据什么改').fill('执业许可证')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已经保存').waitFor()
    await page.getByRole('row', { name: /服务地区.*杭州市/ }).waitFor()
    await page.getByRole('row', { name: /所在机构.*来源编号/ }).waitFor()
    await page.getByRole('row', { name: /从哪天起执业.*2001年/ }).waitFor()
    await accessible(page)
    await fits(page)
  })
})

test('a number that is shown half hidden, and an office, are taken away', async () => {
  const options = { viewport: phone, prepare: signedIn('manager') }
  await visit(`./staff/practitioners/${person}`, options, async (page) => {
    await settled(page)
    const save = page.getByRole('button', { name: '保存' })
    const basis = page.getByLabel('根据什么改')
    const number = page.getByRole('textbox', { name: /^电话/ })
    await number.fill('13800138000')
    await basis.fill('本人来电')
    await save.click()
    await page.getByText('已经保存').waitFor()
    const off = page.getByLabel('删除现在的号码 138****8000')
    await off.check()
    await page.getByText('这里就没有电话了').waitFor()
    assert.equal(await number.count(), 0)
    await page.locator('summary', { hasText: '许可证上的内容' }).click()
    await page.getByLabel('不在任何机构').check()
    await accessible(page)
    await fits(page)
    await basis.fill('离开了原来的机构')
    const answer = page.waitForResponse((one) => one.request().method() === 'PUT')
    await save.click()
    const { phone: left, organization } = await (await answer).json()
    assert.deepEqual([left, organization], [null, null])
    await page.getByText('已经保存').waitFor()
    await off.waitFor({ state: 'detached' })
    await page.getByRole('row', { name: /所在机构.*（空）.*离开了原来的机构/ }).waitFor()
    assert.equal(await number.inputValue(), '')
    await accessible(page)

    await page.reload()
    await settled(page)
    await page.locator('summary', { hasText: '许可证上的内容' }).click()
    assert.ok(await page.getByLabel('不在任何机构').isChecked())
    assert.equal(await off.count(), 0)
  })
})

test('a practitioner proposes, and sees what became of it', async () => {
  const mine = { viewport: phone, prepare: signedIn('lawyer') }
  await visit(`./practitioners/${person}`, mine, async (page) => {
    await settled(page)
    assert.equal(await page.getByRole('link', { name: '编辑', exact: true }).count(), 0)
    await page.getByRole('link', { name: '申请修改' }).click()
    await settled(page)
    await page.getByRole('button', { name: '提交申请' }).click()
    await page.getByRole('link', { name: '还没有改任何一项' }).waitFor()
    await accessible(page)
    await page.getByLabel('介绍').fill(words)
    await page.getByRole('button', { name: '提交申请' }).click()
    await page.getByText('申请已经提交').waitFor()
    await accessible(page)
    await page.locator('main').getByRole('link', { name: '我的页面' }).last().click()
    await page.getByText(words).waitFor()
    await page.getByText('等待确认').waitFor()
    assert.equal(await page.getByRole('button', { name: '确认修改' }).count(), 0)
    await accessible(page)
    await fits(page)
  })

  const bureau = { viewport: desktop, prepare: signedIn('manager') }
  await visit('./staff/proposals', bureau, async (page) => {
    await page.getByText(words).waitFor()
    await page
      .getByRole('button', { name: /确认修改/ })
      .first()
      .click()
    await page.getByRole('dialog').getByRole('button', { name: '确认修改' }).click()
    await page.locator('.card').getByText('已确认').first().waitFor()
  })
  await visit('./staff/my-proposals', mine, async (page) => {
    await page.getByText(words).waitFor()
    await page.locator('.card').getByText('已确认').first().waitFor()
  })
})

test('a practitioner finds his own page, and takes back what he proposed', async () => {
  const options = { viewport: phone, prepare: signedIn('lawyer') }
  const second = `会说温州话，也会英语 ${process.pid}`
  await visit('./staff', options, async (page) => {
    await settled(page)
    await page.locator('main').getByRole('link', { name: '我的页面' }).waitFor()
    await page.getByRole('link', { name: '我的账户' }).click()
    await settled(page)
    await page.locator('main').getByRole('link', { name: '我的页面' }).click()
    await settled(page)
    await page.getByRole('link', { name: '申请修改' }).click()
    await page.waitForURL(new RegExp(`/practitioners/${person}/propose$`))
    await settled(page)
    await page.getByLabel('介绍').fill(second)
    await page.getByRole('button', { name: '提交申请' }).click()
    await page.getByText('申请已经提交').waitFor()
    await page.locator('main').getByRole('link', { name: '我的页面' }).last().click()
    const card = page.locator('.card', { hasText: second })
    await card.getByText('等待确认').waitFor()
    await accessible(page)
    await fits(page)
    await card.getByRole('button', { name: '撤回申请' }).click()
    await accessible(page)
    await page.getByRole('dialog').getByRole('button', { name: '撤回申请' }).click()
    await card.getByText('本人已撤回').waitFor()
    assert.equal(await card.getByRole('button').count(), 0)
  })
})

test('the bureau says whose account it is, and takes it back', async () => {
  const options = { viewport: phone, prepare: signedIn('manager'), expected: /409/ }
  await visit('./', options, async (page) => {
    const found = await page.request.get(
      new URL('./api/v1/practitioners?region=330300&type=mediator&limit=1', site).href,
    )
    const [{ id }] = (await found.json()).items
    await page.goto(new URL(`./staff/practitioners/${id}`, site).href)
    await settled(page)
    const link = page.getByRole('button', { name: '关联', exact: true })
    await page.getByLabel('账户编号').fill('li.min')
    await link.click()
    await page.getByRole('link', { name: '账户编号写得不完整' }).waitFor()
    await accessible(page)
    await page.getByLabel('账户编号').fill(process.env.LEGALNET_ACCOUNT)
    await link.click()
    await page.getByRole('button', { name: '取消关联' }).waitFor()
    await accessible(page)
    await fits(page)
    await page.getByRole('button', { name: '取消关联' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '取消关联' }).click()
    await link.waitFor()
  })
})

test('who stops practicing is out at once, after a basis and a second question', async () => {
  const options = { viewport: phone, prepare: signedIn('manager'), expected: /409/ }
  await visit('./', options, async (page) => {
    const found = await page.request.get(
      new URL('./api/v1/practitioners?region=330300&type=notary&limit=1', site).href,
    )
    const [{ id }] = (await found.json()).items
    await page.goto(new URL(`./staff/practitioners/${id}`, site).href)
    await settled(page)
    const card = page.locator('.card', { hasText: '公证员' }).first()
    await card.getByText('正常执业').waitFor()

    const other = await page.context().newPage()
    await other.goto(page.url())
    await settled(other)

    for (const one of [page, other]) {
      const held = one.locator('.card', { hasText: '公证员' }).first()
      await held.getByRole('button', { name: '停止执业' }).click()
      await held.getByRole('button', { name: '停止执业' }).click()
      await one.getByRole('link', { name: '请写明根据什么停止执业' }).waitFor()
      await one.getByLabel('根据什么停止执业').fill(`停止执业决定书 ${process.pid} 号`)
      await held.getByRole('button', { name: '停止执业' }).click()
      await one.getByRole('dialog').getByText('他账户里的角色全部收回').waitFor()
      await accessible(one)
      await fits(one)
    }
    await page.getByRole('button', { name: '确定停止执业' }).click()
    await page.getByText('已经停止执业').waitFor()
    await card.getByText('停止执业', { exact: true }).waitFor()
    assert.equal(await card.getByRole('button').count(), 0)
    await page.getByRole('row', { name: new RegExp(`执业资格.*${process.pid} 号`) }).waitFor()
    await accessible(page)
    await fits(page)

    await other.getByRole('button', { name: '确定停止执业' }).click()
    await other.getByRole('link', { name: /这个资格已经不在执业/ }).waitFor()
  })
})
