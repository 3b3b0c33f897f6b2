import { chromium, type Browser, type Page } from 'playwright-core'
import { isExecutable } from './engines/account.ts'
import { installDebianPackage } from './engines/debian-package.ts'
import { locateProgram } from './engines/locate-program.ts'

/** As root it has no sandbox, and none of its services is to look for its maker. */
const args = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts Chromium: the program that `CHROMIUM` names, or the one of this machine, or Debian's package, which is installed.
 *
 * @throws where there is none, and it cannot be installed
 */
export async function startChromium(): Promise<Browser> {
  return await chromium.launch({ executablePath: await chromiumProgram(), args })
}

async function chromiumProgram(): Promise<string> {
  const given = process.env['CHROMIUM']
  if (given !== undefined) {
    if (await isExecutable(given)) return given
    throw new Error(`CHROMIUM names ${given}, which is no program`)
  }
  const found = await locateChromium()
  if (found !== undefined) return found
  await installDebianPackage('chromium')
  const installed = await locateChromium()
  if (installed === undefined) throw new Error('the package chromium is installed, and its program is not there')
  return installed
}

async function locateChromium(): Promise<string | undefined> {
  return (await locateProgram('chromium')) ?? (await locateProgram('google-chrome'))
}

export interface OpenedPage {
  readonly page: Page
  /** Addresses that were asked for, the page's own first. */
  readonly requests: readonly string[]
  /** What the console was told, and what was thrown. */
  readonly problems: readonly string[]
}

/** Opens a file, and holds fast what it asks for and complains of. */
export async function openFile(
  browser: Browser,
  path: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<OpenedPage & AsyncDisposable> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
  const [requests, problems]: [string[], string[]] = [[], []]
  page.on('request', (request) => void requests.push(request.url()))
  page.on('console', (message) => void problems.push(message.text()))
  page.on('pageerror', (error) => void problems.push(error.message))
  await page.goto(`file://${path}`)
  return { page, requests, problems, [Symbol.asyncDispose]: () => page.close() }
}
