import { readFile, stat } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFile, startChromium } from '../support/chromium.ts'
import { equal, hostile, manyTables, twelve } from './found-in-tables.ts'
import { partly, partlyFound } from './partly-validated.ts'
import { writtenSummary, writtenValidation } from './written-validation.ts'

type Written = Awaited<ReturnType<typeof writtenValidation>>

let browser: Browser
let written: { readonly [name in 'equal' | 'twelve' | 'many' | 'partly']: Written }
const axe = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

beforeAll(async () => {
  browser = await startChromium()
  written = {
    equal: await writtenValidation(equal),
    twelve: await writtenValidation(twelve, [`What ${hostile} says was not compared.`]),
    many: await writtenValidation(manyTables()),
    partly: await writtenSummary(partly, partlyFound),
  }
}, 600_000)

afterAll(async () => {
  await browser.close()
  for (const one of Object.values(written)) await one[Symbol.asyncDispose]()
})

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** What keeps somebody from reading or using the page, as axe sees it. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const violations = await page.evaluate<Violation[]>('axe.run().then(({ violations }) => violations)')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
}

function filterOf(page: Page, label: 'Dataset' | 'Column' | 'Reason' | 'Text') {
  return page.getByRole('search').getByLabel(label, { exact: true })
}

const bodyRows = '#table tbody tr'

/** First cells of the rows that are shown: dataset and key. */
async function shownRows(page: Page): Promise<string[]> {
  const cells = await page.locator(`${bodyRows} th`).allInnerTexts()
  return cells.map((cell) => cell.replace(/\s+/g, ' '))
}

describe('report.html in a browser', () => {
  describe.each(['equal', 'twelve', 'many', 'partly'] as const)('of %s', (name) => {
    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 400],
      ['dark', 400],
    ] as const)(
      'can be read by everybody, in %s at %i px, and asks nobody for anything',
      async (colorScheme, width) => {
        const { page: path, summary } = written[name]
        await using opened = await openFile(browser, path, { colorScheme, viewport: { width, height: 900 } })
        const { page, requests, problems } = opened
        const verdict = summary.status === 'equal' ? 'Equal' : 'Different'
        expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(verdict)
        expect(await page.locator('header .verdict svg').isVisible()).toBe(true)
        await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true')
        expect(await barriers(page)).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
        expect(requests).toEqual([`file://${path}`])
        expect(problems).toEqual([])
      },
    )

    it('prints something to sign, and cuts no row', async () => {
      // A4 less the margins of the page, at 96 dots per inch.
      const paper = { width: 703, height: 1000 }
      await using opened = await openFile(browser, written[name].page, { viewport: paper, colorScheme: 'dark' })
      const { page } = opened
      await page.emulateMedia({ media: 'print' })
      for (const words of ['Name', 'Role', 'Date', 'Signature']) {
        expect(await page.locator('.sign-off').getByText(words, { exact: true }).first().isVisible()).toBe(true)
      }
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
      const cut = await page.evaluate<string[]>(`[...document.querySelectorAll('tr, .tile, .sign-off, details')]
        .filter((one) => one.getBoundingClientRect().right > ${paper.width} || one.scrollWidth > one.clientWidth + 1)
        .map((one) => one.outerHTML.slice(0, 200))`)
      expect(cut).toEqual([])
      expect(await page.locator(':is(.filters, .pager, body > nav):visible').count()).toBe(0)
      expect(await page.locator('details table').first().isVisible()).toBe(true)
      expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000)
    })
  })

  it('says that there is nothing to show where all is equal', async () => {
    await using opened = await openFile(browser, written.equal.page)
    expect(await opened.page.locator('#rows').count()).toBe(0)
    expect(await opened.page.locator('#declared').innerText()).toContain('nul-byte-removed')
  })

  it('shows what differs, and filters it by dataset, column, reason and text', async () => {
    await using opened = await openFile(browser, written.twelve.page)
    const { page } = opened
    expect(await shownRows(page)).toHaveLength(12)
    await filterOf(page, 'Dataset').selectOption('orders')
    expect(await shownRows(page)).toEqual([
      'orders id=1',
      'orders id=2',
      'orders id=3',
      'orders id=999',
      'orders id=200318',
    ])
    await filterOf(page, 'Column').selectOption('whole rows')
    expect(await shownRows(page)).toEqual(['orders id=999', 'orders id=200318'])
    await filterOf(page, 'Reason').selectOption('EXTRA')
    expect(await shownRows(page)).toEqual(['orders id=200318'])
    expect(await page.getByRole('status').innerText()).toBe('Rows 1 to 1 of 1 that fit, of 12')
    await page.getByRole('button', { name: 'Show all' }).click()
    expect(await shownRows(page)).toHaveLength(12)
    await filterOf(page, 'Text').fill('lefÈvre')
    expect(await shownRows(page)).toEqual(['customers id=17'])
    await filterOf(page, 'Text').fill('nowhere')
    expect(await shownRows(page)).toEqual([])
    expect(await page.getByRole('status').innerText()).toBe(
      'No row of this page fits. All of them are in differences.ndjson.',
    )
  })

  it('leads from a cell of the heat map, and from a kind, to their rows', async () => {
    await using opened = await openFile(browser, written.twelve.page)
    const { page } = opened
    await page.locator('#heat a', { hasText: 'note' }).click()
    expect(await shownRows(page)).toEqual(['customers id=311', 'customers id=312'])
    expect(await filterOf(page, 'Column').inputValue()).toBe('note')
    await page.getByRole('link', { name: 'show MISSING of orders' }).click()
    expect(await shownRows(page)).toEqual(['orders id=999'])
    expect(await page.evaluate('document.activeElement.id')).toBe('rows-title')
  })

  it('sets rows that kept changing apart from what differs', async () => {
    await using opened = await openFile(browser, written.partly.page)
    const { page } = opened
    const state = page.getByRole('search').getByLabel('State', { exact: true })
    expect(await page.locator(`${bodyRows} .badge.transient`).allInnerTexts()).toEqual([
      'still changing',
      'still changing',
    ])
    await state.selectOption('differs')
    expect(await shownRows(page)).toEqual(['customers id=5', 'customers id=6'])
    await page.getByRole('link', { name: 'show rows of hot that kept changing' }).click()
    expect(await shownRows(page)).toEqual(['hot id=1', 'hot id=2'])
    expect(await state.inputValue()).toBe('still changing')
    await page.getByRole('link', { name: 'show VALUE of customers email' }).click()
    expect(await shownRows(page)).toEqual(['customers id=5', 'customers id=6'])
    expect(await page.locator('header .figures').innerText()).toContain('2 rows kept changing')
    expect(await page.locator('#rows').innerText()).toContain('2 of them are of rows that kept changing')
    await using other = await openFile(browser, written.twelve.page)
    expect(await other.page.getByRole('search').getByLabel('State', { exact: true }).count()).toBe(0)
  })

  it('marks hashes that stand in the place of values as such, and compares no two of them by characters', async () => {
    await using opened = await openFile(browser, written.partly.page)
    const cells = opened.page.locator(bodyRows, { hasText: 'email' }).locator('td:not(.what)')
    expect(await cells.allInnerTexts()).toEqual([
      'masked hmac:0123456789abcdef',
      'masked hmac:0123456789abcdee',
      'masked hmac:0123456789abcded',
      'NULL',
    ])
    expect(await cells.locator('mark').count()).toBe(0)
    expect(await opened.page.locator('#ranges .badge').count()).toBe(3)
  })

  it('says of each dataset no more than was looked at of it', async () => {
    await using opened = await openFile(browser, written.partly.page)
    const { page } = opened
    const cellsOf = async (dataset: string) => {
      const row = page.locator('#datasets tbody tr', {
        has: page.getByRole('rowheader', { name: dataset, exact: true }),
      })
      const cells = await row.locator('td').allInnerTexts()
      return cells.map((cell) => cell.replace(/\s+/g, ' ').trim())
    }
    expect((await cellsOf('events'))[0]).toBe('Compared in part a sample: 3 of 128 ranges of rows')
    expect((await cellsOf('hot')).slice(0, 4)).toEqual(['Still changing 2 rows kept changing', 'public.hot', '–', '–'])
    expect((await cellsOf('orders')).at(-1)).toBe('as expected: orphans, keys')
    expect((await cellsOf('customers')).at(-1)).toBe('ranges not the same: born')
    expect(await page.locator('header .figures').innerText()).toContain(
      '604,000 rows at the source, of 3 datasets that were counted',
    )
    expect(await page.locator('#checks').innerText()).toMatch(/contents\s+every value of every row\s+a sample of it/)
    expect(await page.locator('#checks').innerText()).toContain('impossible')
    expect(await page.locator('#facts table').innerText()).toContain('lsn:0/16B3748')
    expect(await page.locator('#unique').innerText()).toContain('proved by the index')
    const summaries = await page.locator('#columns summary').allInnerTexts()
    expect(summaries[2]).toContain('with the same digest: 15; rows read: 147; by digests id; read beside doc')
  })

  it('marks the characters that differ, names their code points, and lets blanks be seen', async () => {
    await using opened = await openFile(browser, written.twelve.page)
    const row = (key: string) =>
      opened.page.locator(bodyRows, { has: opened.page.getByText(`id=${key}`, { exact: true }) })
    expect(await row('17').locator('mark').allInnerTexts()).toEqual(['é', 'e\u0301'])
    expect(await row('17').locator('.points').allInnerTexts()).toEqual([
      'é U+00E9',
      'e\u0301 U+0065 U+0301 combining acute',
    ])
    expect(await row('205').locator('td.source mark').allInnerTexts()).toEqual(['␣␣'])
    expect(await row('311').locator('td.source mark').allInnerTexts()).toEqual(['U+0000'])
    expect(await row('400').locator('td.source mark').allInnerTexts()).toEqual(['U+200B', 'U+202E'])
    expect(await row('312').locator('td').allInnerTexts()).toEqual(['note\nNULL_VS_EMPTY', 'NULL', 'empty text'])
    expect(await row('1').locator('mark').allInnerTexts()).toEqual(['7', '5'])
    expect(await row('5').locator('td.source mark').allInnerTexts()).toEqual(['8c 8d 8e 8f '])
  })

  it('takes nothing out of the data for HTML', async () => {
    await using opened = await openFile(browser, written.twelve.page)
    const { page, problems } = opened
    expect(await page.evaluate('globalThis.wasRun')).toBeUndefined()
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.locator('script').count()).toBe(2)
    await filterOf(page, 'Dataset').selectOption('customers')
    await filterOf(page, 'Column').selectOption(hostile)
    expect(await shownRows(page)).toEqual([`customers id=${hostile}`])
    expect(await page.locator('td.target .value').innerText()).toBe(`${hostile}!`)
    expect(await page.locator('#coverage').innerText()).toContain(hostile)
    expect(await page.locator('#heat').innerText()).toContain(hostile)
    expect(problems).toEqual([])
  })

  it('opens and filters 100,000 differences in no time, of which it has a fair share', async () => {
    expect((await stat(written.many.page)).size).toBeLessThan(5_000_000)
    const before = performance.now()
    await using opened = await openFile(browser, written.many.page)
    const { page } = opened
    expect(await page.locator(bodyRows).count()).toBe(50)
    expect(performance.now() - before).toBeLessThan(5_000)
    expect(await page.locator('#rows').innerText()).toContain('5,000 of 100,000 differences are in this page')
    const took = await page.evaluate<number>(`(() => {
      const before = performance.now()
      const text = document.querySelector('input[name=text]')
      text.value = 'user 7'
      text.dispatchEvent(new Event('input', { bubbles: true }))
      return performance.now() - before
    })()`)
    expect(took).toBeLessThan(1_000)
    expect(await shownRows(page)).toEqual(['users id=7'])
    await filterOf(page, 'Text').fill('')
    await filterOf(page, 'Reason').selectOption('CASE_FOLD')
    expect(await shownRows(page)).toHaveLength(10)
  })

  it('turns pages, by keyboard too', async () => {
    await using opened = await openFile(browser, written.many.page, { reducedMotion: 'reduce' })
    const { page } = opened
    const first = await shownRows(page)
    await page.getByRole('button', { name: 'Next' }).press('Enter')
    expect(await page.getByRole('status').innerText()).toBe('Rows 51 to 100 of 5,000')
    expect(await shownRows(page)).not.toEqual(first)
    await page.getByRole('button', { name: 'Previous' }).press('Space')
    expect(await shownRows(page)).toEqual(first)
    expect(await page.getByRole('button', { name: 'Previous' }).isDisabled()).toBe(true)
    expect(await page.evaluate('getComputedStyle(document.documentElement).scrollBehavior')).toBe('auto')
  })

  it('says where the rows are to who has no script', async () => {
    await using opened = await openFile(browser, written.twelve.page, { javaScriptEnabled: false })
    const { page } = opened
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Different')
    expect(await page.locator('noscript').innerText()).toContain('They are in differences.ndjson')
    expect(await page.locator('#filters').isVisible()).toBe(false)
  })
})
