import { existsSync } from 'node:fs'
import type { Context as TestContext } from 'mocha'
import { chromium, type Browser } from 'playwright-core'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)

/**
 * A real browser; where none is installed the tests are skipped, and say so, unless `CI` asks for it. `args` are its own,
 * beside the usual.
 */
export async function launchBrowser(test: TestContext, args: string[] = []): Promise<Browser> {
  if (CHROMIUM === undefined && !process.env.CI) {
    console.warn('      skipped: no Chromium is installed')
    test.skip()
  }
  if (CHROMIUM === undefined) throw new Error('Chromium is not installed')
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', ...args],
  })
}
