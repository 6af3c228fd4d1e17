import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../support/browser/browser.ts'
import { Reader } from '../support/http/reader.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

describe('the chat page', () => {
  let browser: Browser
  let teahouse: Teahouse
  before(async function () {
    browser = await launchBrowser(this)
    teahouse = await startTeahouse({ graceMs: 100 })
  })
  after(async () => {
    await browser?.close()
    await teahouse?.stop()
  })

  it('lets two people talk, one in Chinese and one in English', async () => {
    const ann = await Reader.open(browser, teahouse.url, { locale: 'zh-CN' })
    const bob = await Reader.open(browser, teahouse.url, { locale: 'en-GB' })
    await ann.join('安')
    await bob.join('bob')
    await ann.say('你好')
    await bob.sees('你好')
    await bob.say('hello')
    await ann.sees('hello')
    expect(await ann.page.getByPlaceholder('说点什么').count()).to.equal(1)
    expect(await bob.page.getByPlaceholder('Message').count()).to.equal(1)
    expect(await bob.page.locator('.message.own').allInnerTexts()).to.have.length(1)
    await ann.page.getByText(/欢迎.*bob的加入/).waitFor()
    await until(async () => /bob/.test(await ann.page.locator('.people').innerText()))
    await ann.close()
    await bob.close()
  })

  it('works as a form where there is no JavaScript', async () => {
    const reader = await Reader.open(browser, `${teahouse.url}/rooms/plain`, { javaScriptEnabled: false })
    await reader.page.getByPlaceholder('Your name').fill('carl')
    await reader.page.getByPlaceholder('Message').fill('<b>plain</b>')
    await reader.page.getByRole('button', { name: 'Send' }).click()
    await reader.sees('<b>plain</b>')
    expect(await reader.page.getByPlaceholder('Your name').inputValue()).to.equal('carl')
    await reader.page.getByPlaceholder('Message').fill('x'.repeat(8001))
    await reader.page.getByRole('button', { name: 'Send' }).click()
    await reader.page.getByText('at most 8,000 characters').waitFor()
    expect(await reader.page.getByPlaceholder('Message').inputValue()).to.have.length(8001)
    await reader.close()
  })
})
