import { describe, expect, it } from 'vitest'
import type { Checkpoint, CommitReceipt } from '../contract/checkpoint.ts'
import type { DatasetPlan, Plan, Split } from '../model/plan.ts'
import { CopyTally } from './copy-tally.ts'
import { displayWidth } from './display-width.ts'
import { LiveProgress } from './live-progress.ts'
import { createLogger } from './logger.ts'
import { PlainProgress } from './plain-progress.ts'
import { copyLine, percentText } from './progress-lines.ts'

function plan(datasets: { readonly [name: string]: { rowEstimate: number; splitCount: number } }, stepCount = 0): Plan {
  const planned = Object.entries(datasets).map(([from, { rowEstimate, splitCount }]) => ({
    from,
    rowEstimate,
    splits: Array.from({ length: splitCount }, (_, ordinal) => ({ id: `${from}#${ordinal}` }) as Split),
  }))
  const rows = planned.reduce((sum, one) => sum + one.rowEstimate, 0)
  return {
    datasets: planned as unknown as DatasetPlan[],
    finish: Array.from({ length: stepCount }),
    estimate: { rows, bytes: rows * 100 },
  } as unknown as Plan
}

function checkpoint(split: string, read: number, done = false): Checkpoint {
  return { run: 'r', split, fence: 1, sequence: 0, after: undefined, done, read, bytes: read * 100 }
}

function receipt(rejected = 0): CommitReceipt {
  const none = { merged: 0, filtered: 0, vanished: 0, outputs: [], losses: [], rejects: [] }
  return { durability: 'durable', written: 1, rejected, ...none }
}

/** A clock that a test moves. */
class Clock {
  ms = 0
  readonly now = (): number => this.ms
}

describe('CopyTally', () => {
  it('tells share, rate and time left of the last seconds, not of the whole', () => {
    const tally = new CopyTally()
    tally.begin(plan({ a: { rowEstimate: 10_000, splitCount: 2 } }), false, 0)
    for (let second = 1; second <= 30; second++) tally.commit('a', checkpoint('a#0', 100), receipt(), second * 1000)
    for (let second = 31; second <= 50; second++) tally.commit('a', checkpoint('a#1', 200), receipt(1), second * 1000)
    const progress = tally.progress(50_000)
    expect(progress).toMatchObject({ rowCount: 7000, share: 0.7, activeCount: 2, rejectedCount: 20 })
    expect(progress.rowsPerSecond).toBeCloseTo(200, 0)
    expect(progress.bytesPerSecond).toBeCloseTo(20_000, -2)
    expect(progress.secondsLeft).toBeCloseTo(15, 0)
  })

  it('has done what is done, whatever was estimated', () => {
    const tally = new CopyTally()
    tally.begin(plan({ a: { rowEstimate: 100, splitCount: 1 }, b: { rowEstimate: 5, splitCount: 1 } }), false, 0)
    tally.commit('a', checkpoint('a#0', 40, true), receipt(), 1000)
    expect(tally.progress(1000)).toMatchObject({ share: 40 / 45, activeCount: 0 })
    tally.commit('b', checkpoint('b#0', 50), receipt(), 2000)
    expect(tally.progress(2000)).toMatchObject({ rowEstimate: 90, share: 1 })
    expect(percentText(0.9999)).toBe('99 %')
  })

  it('measures nothing where the rows before a resume are not known', () => {
    const tally = new CopyTally()
    tally.begin(plan({ a: { rowEstimate: 100, splitCount: 2 } }), true, 0)
    tally.commit('a', checkpoint('a#1', 10), receipt(), 1000)
    const progress = tally.progress(1000)
    expect(progress).toMatchObject({ share: undefined, secondsLeft: undefined, rowCount: 10 })
    expect(copyLine(progress)).toBe('10 rows · 10 rows/s · 1 kB/s · 1 lane')
  })

  it('slows down in what it says when nothing comes any more', () => {
    const tally = new CopyTally()
    tally.begin(plan({ a: { rowEstimate: 100, splitCount: 1 } }), false, 0)
    tally.commit('a', checkpoint('a#0', 50), receipt(), 1000)
    expect(tally.progress(1000).rowsPerSecond).toBe(50)
    expect(tally.progress(10_000).rowsPerSecond).toBe(5)
  })
})

describe('PlainProgress', () => {
  it('has a line for each phase, and one where something moved', () => {
    const lines: string[] = []
    const clock = new Clock()
    using progress = new PlainProgress({ say: (line) => lines.push(line), now: clock.now })
    progress.phase('connect')
    progress.phase('plan')
    progress.planned(plan({ users: { rowEstimate: 2000, splitCount: 1 } }, 3), undefined)
    progress.phase('copy')
    progress.tick()
    clock.ms = 5000
    progress.committed('users', checkpoint('users#0', 1000), receipt())
    progress.tick()
    clock.ms = 10_000
    progress.committed('users', checkpoint('users#0', 1000, true), receipt(2))
    progress.phase('finish')
    progress.finished()
    progress.tick()
    expect(lines).toEqual([
      'connect',
      'plan',
      'planned: 1 dataset, about 2,000 rows, 200 kB',
      'copy',
      'copy: 50 %, 1,000 of about 2,000 rows · 200 rows/s · 20 kB/s · about 5 s left · 1 lane',
      'copy: 100 %, 2,000 of 2,000 rows · 200 rows/s · 20 kB/s · 2 rejected',
      'finish',
      'finish: 1 of 3 steps',
    ])
  })
})

/** A terminal as far as the live block uses one: rows of characters, a cursor, going up and erasing below. */
class Terminal {
  columns = 60
  rows = 12
  screen: string[] = ['']
  writeCount = 0

  write(text: string): void {
    this.writeCount++
    for (const part of text.split(/(\u001b\[\d*[AJ]|\r|\n)/).filter((one) => one !== '')) this.#take(part)
  }

  #take(part: string): void {
    const up = /^\u001b\[(\d+)A$/.exec(part)
    if (up) this.#cursor = Math.max(0, this.#cursor - Number(up[1]))
    else if (part === '\u001b[J') this.screen = this.screen.slice(0, this.#cursor).concat('')
    else if (part === '\n') this.#cursor++
    else if (part !== '\r') {
      if (part.includes('\u001b')) throw new Error(`the terminal got ${JSON.stringify(part)}`)
      this.screen[this.#cursor] = part
    }
    this.screen[this.#cursor] ??= ''
  }

  #cursor = 0
}

function live(terminal: Terminal, clock: Clock): LiveProgress {
  const visible = (text: string): string => text.replaceAll('\u001b', '?')
  return new LiveProgress({ screen: terminal, visible, now: clock.now, glyphs: { full: '#', empty: '.' } })
}

describe('LiveProgress', () => {
  it('shows the time alone where there is no phase', () => {
    const terminal = new Terminal()
    const progress = live(terminal, new Clock())
    progress.say('connecting')
    progress.tick()
    expect(terminal.screen.filter((line) => line !== '')).toEqual(['connecting', '0 s'])
    progress[Symbol.dispose]()
  })

  it('redraws in place, keeps lines that were said above it, and leaves nothing behind', () => {
    const terminal = new Terminal()
    const clock = new Clock()
    const progress = live(terminal, clock)
    progress.planned(
      plan({ users: { rowEstimate: 2000, splitCount: 2 }, 'ev\u001b[31mil': { rowEstimate: 100, splitCount: 1 } }),
      undefined,
    )
    progress.phase('copy')
    for (let i = 1; i <= 20; i++) {
      clock.ms = i * 1000
      progress.committed('users', checkpoint('users#0', 50), receipt())
      if (i === 10) progress.committed('ev\u001b[31mil', checkpoint('evil#0', 10), receipt())
      if (i === 15) progress.say('warning: \u001b[2Jsomething')
      progress.tick()
    }
    expect(terminal.screen).toEqual([
      'planned: 2 datasets, about 2,100 rows, 210 kB',
      'warning: ?[2Jsomething',
      'copy: 48 %, 1,010 of about 2,100 rows · 51 rows/s · 5.1 kB…',
      '  users      ##########..........  50 %  1,000 rows',
      '  ev?[31mil  ##..................  10 %  10 rows',
      '  0 of 2 datasets done',
      '',
    ])
    progress[Symbol.dispose]()
    expect(terminal.screen).toEqual(['planned: 2 datasets, about 2,100 rows, 210 kB', 'warning: ?[2Jsomething', ''])
  })

  it('draws what has changed, and otherwise once a second', () => {
    const terminal = new Terminal()
    const clock = new Clock()
    using progress = live(terminal, clock)
    progress.phase('plan')
    for (clock.ms = 0; clock.ms < 5000; clock.ms += 100) progress.tick()
    expect(terminal.writeCount).toBe(5)
  })

  it('never draws a line that the terminal would wrap, nor more lines than it has', () => {
    const terminal = new Terminal()
    const clock = new Clock()
    using progress = live(terminal, clock)
    const names = Array.from({ length: 40 }, (_, i) => `山田太郎 a table with a long name ${i}`)
    progress.planned(
      plan(Object.fromEntries(names.map((name) => [name, { rowEstimate: 10, splitCount: 2 }]))),
      undefined,
    )
    progress.phase('copy')
    for (const name of names) progress.committed(name, checkpoint(`${name}#0`, 5), receipt())
    for (const [columns, rows] of [
      [60, 12],
      [20, 5],
      [9, 3],
      [200, 50],
    ] as const) {
      Object.assign(terminal, { columns, rows, screen: [''] })
      terminal.write(`\u001b[100A`)
      clock.ms += 2000
      progress.tick()
      expect(Math.max(...terminal.screen.map(displayWidth))).toBeLessThan(columns)
      expect(terminal.screen.length).toBeLessThanOrEqual(rows)
    }
  })

  it('goes up as many rows as its lines have come to take in a terminal that became narrower', () => {
    const terminal = new Terminal()
    const clock = new Clock()
    using progress = live(terminal, clock)
    progress.planned(plan({ users: { rowEstimate: 2000, splitCount: 1 } }), undefined)
    progress.phase('copy')
    progress.committed('users', checkpoint('users#0', 50), receipt())
    progress.tick()
    const widths = terminal.screen.slice(1, -1).map(displayWidth)
    terminal.columns = 25
    const written: string[] = []
    terminal.write = (text) => void written.push(text)
    clock.ms += 2000
    progress.tick()
    const rowCount = widths.reduce((sum, width) => sum + Math.ceil(width / 25), 0)
    expect(written[0]?.startsWith(`\u001b[${rowCount}A\r\u001b[J`)).toBe(true)
  })
})

describe('createLogger', () => {
  const line = (format: 'json' | 'text', level: 'warn' | 'info') => {
    const lines: string[] = []
    const logger = createLogger({
      level,
      format,
      say: (text) => lines.push(text),
      clean: (text) => text.replaceAll('hunter22', '***'),
    })
    logger.info({ dataset: 'users' }, 'begun')
    logger.warn({ count: 2 }, 'login with hunter22 failed')
    return lines
  }

  it('is text for people, and one object a line for machines, without what is to be hidden', () => {
    expect(line('text', 'warn')).toEqual(['warning: login with *** failed (count=2)'])
    expect(line('text', 'info')[0]).toBe('info: begun (dataset=users)')
    expect(line('json', 'info').map((text) => JSON.parse(text))).toMatchObject([
      { level: 30, dataset: 'users', msg: 'begun' },
      { level: 40, count: 2, msg: 'login with *** failed' },
    ])
  })
})
