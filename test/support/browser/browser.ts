import type { Context as TestContext } from 'mocha'
import { chromium, type Browser } from 'playwright-core'
import { findProgram, requireProgram } from '../run/programs.ts'
import { share } from '../run/shared.ts'
import '../run/built-views.ts'

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']

const sharedBrowser = share(
  () => launch([]),
  (browser) => browser.close(),
)

/**
 * A real browser; where none is installed the tests of this context are skipped, unless `CI` asks for it. The suites of a process
 * share one, unless they give it `args` of their own: then to close it closes the pages that were opened by it.
 */
export async function launchBrowser(test: TestContext, args: string[] = []): Promise<Browser> {
  requireProgram(test, ...CHROMIUM)
  return args.length > 0 ? launch(args) : partOf(await sharedBrowser())
}

function launch(args: string[]): Promise<Browser> {
  return chromium.launch({ executablePath: findProgram(...CHROMIUM)!, args: [...ARGS, ...args] })
}

/** The shared browser as one suite has it: it closes what it has opened. Suites run one after the other. */
function partOf(browser: Browser): Browser {
  const close = async () => {
    for (const context of browser.contexts()) await context.close()
  }
  return new Proxy(browser, {
    get: (target, name) => {
      if (name === 'close') return close
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
