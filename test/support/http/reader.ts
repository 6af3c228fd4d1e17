import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'

/** A person with a browser of their own, on the chat page. */
export class Reader {
  readonly page: Page
  readonly context: BrowserContext
  /** What the page has complained of. */
  readonly complaints: string[] = []

  private constructor(context: BrowserContext, page: Page) {
    this.context = context
    this.page = page
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (line) => line.type() === 'error' && this.complaints.push(line.text()))
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Reader> {
    const context = await browser.newContext({ locale: 'en-GB', ...options })
    const reader = new Reader(context, await context.newPage())
    await reader.page.goto(url)
    return reader
  }

  get composer(): Locator {
    return this.page.locator('.composer textarea')
  }

  /** The texts of the messages in the document, those on their way too. */
  texts(): Promise<string[]> {
    return this.page.locator('.rows .text').allInnerTexts()
  }

  async join(name: string): Promise<void> {
    await this.page.locator('.composer input').fill(name)
    await this.page.locator('.composer input').press('Enter')
    await this.page.locator('.composer input').waitFor({ state: 'detached' })
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
  }

  /** Waits until a message of this text is in the document, and is not on its way any more. */
  async sees(text: string): Promise<void> {
    await this.page.locator('.message:not(.outgoing) .text', { hasText: text }).first().waitFor()
  }

  async close(): Promise<void> {
    await this.context.close()
  }
}
