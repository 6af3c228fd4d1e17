import { mkdir } from 'node:fs/promises'
import { chromium, devices, type BrowserContextOptions } from 'playwright-core'
import { sendJson } from '../support/http/client.ts'
import { Reader } from '../support/http/reader.ts'
import { startTeahouse } from '../support/teahouse.ts'

/** Takes the pictures of the README: `docs/chat-*.png`. */
const DESKTOP: BrowserContextOptions = { viewport: { width: 1200, height: 760 } }
const { defaultBrowserType: _, ...iPhone } = devices['iPhone 13']
const PHONE: BrowserContextOptions = { ...iPhone, viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }

const SAID: [language: 'zh' | 'en', name: string, text: string][] = [
  ['zh', '小满', '早上好！今天的新茶到了'],
  ['en', 'Ada', 'Morning. Is that the Longjing?\nSave me a cup.'],
  ['zh', '小满', '对，明前龙井。三点开汤，谁来？'],
  ['en', 'Ben', 'I am in. Slides are at https://example.org/spring-tea'],
  ['en', 'Ben', 'To follow from a terminal:\n```\ncurl -N localhost:8012/chat\n```'],
  ['en', 'Ada', '`curl` is enough, then?'],
  ['en', 'Ben', 'It is.'],
  ['zh', '林风', '我带点心，绿豆糕可以吗？'],
  ['en', 'Ada', 'Three o’clock it is.'],
]

const teahouse = await startTeahouse()
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
})
await mkdir('docs', { recursive: true })

const tokens = new Map<string, string>()
for (const [, name, text] of SAID) {
  if (!tokens.has(name)) tokens.set(name, (await sendJson(`${teahouse.url}/addUser`, { name })).json.token)
  await sendJson(`${teahouse.url}/chat`, { message: text }, { Authorization: `Bearer ${tokens.get(name)}` })
}
await sendJson(`${teahouse.url}/chat`, { name: 'passer-by', message: 'Is this open to everyone?' })
for (const room of ['design', '读书会', 'release-2']) {
  await sendJson(`${teahouse.url}/rooms/${room}/chat`, { name: 'someone', message: 'hello' })
}

/** One picture; `as` is the name under which its reader speaks, by their token. */
async function picture(
  file: string,
  options: BrowserContextOptions,
  as?: string,
  then?: (reader: Reader) => Promise<void>,
) {
  const reader = await Reader.open(browser, 'about:blank', options)
  const token = as === undefined ? undefined : tokens.get(as)
  if (token !== undefined) await reader.context.addCookies([{ name: 'teahouse', value: token, url: teahouse.url }])
  await reader.page.goto(teahouse.url)
  await reader.page.locator('.here, .people li').first().waitFor()
  await then?.(reader)
  await reader.page.screenshot({ path: `docs/${file}.png` })
  await reader.close()
}

await picture('chat-desktop-light', { ...DESKTOP, locale: 'en-GB', colorScheme: 'light' }, 'Ada')
await picture('chat-desktop-dark', { ...DESKTOP, locale: 'zh-CN', colorScheme: 'dark' }, '小满')
await picture('chat-phone-light', { ...PHONE, locale: 'zh-CN', colorScheme: 'light' })
await picture('chat-phone-dark', { ...PHONE, locale: 'en-GB', colorScheme: 'dark' }, 'Ada')
await picture('chat-phone-menu', { ...PHONE, locale: 'en-GB', colorScheme: 'light' }, 'Ada', async ({ page }) => {
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('button', { name: 'QR code' }).click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
})

await browser.close()
await teahouse.stop()
