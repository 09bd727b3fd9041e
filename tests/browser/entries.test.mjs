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
    await page.locator('main').getByRole('link', { name: '我的修改申请' }).last().click()
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
    await page.getByText('已确认').first().waitFor()
  })
  await visit('./staff/my-proposals', mine, async (page) => {
    await page.getByText(words).waitFor()
    await page.getByText('已确认').first().waitFor()
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
