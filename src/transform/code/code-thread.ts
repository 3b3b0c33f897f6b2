import { Worker } from 'node:worker_threads'
import { describeThrown } from './describe-value.ts'
import { idle, leave, type Part, type Question, type Readiness, type ThreadSetup } from './messages.ts'
import { partOf, readinessOf } from './part-of.ts'
import { spillOutput } from './spill-output.ts'

/**
 * Values and buffers together. V8's own limit is far above it, for where one allocation meets that, V8 ends the process and not
 * the thread: it is looked at, and the thread ended, long before.
 */
const maxMemoryMb = 256
const maxHeapMb = 8192
/** That the whole process may grow by while one row is worked on: shared buffers are in nobody's account. */
const maxGrowthMb = 1024
/** A module that takes longer is taken for one that never ends. */
const maxLoadMs = 10_000
/** Looks between two at the memory, where no row takes long: what grows from row to row is nobody's fault. */
const looksPerWeighing = 20
/** A thread that does not end by then is left to itself: it waits for something outside, and keeps nobody. */
const maxEndMs = 1000
/** A function may have timers, which hold its thread. */
const maxLeaveMs = 250
const lookMs = 50

/** How asking ended. */
export type Ending =
  | { readonly is: 'answered' }
  /** The thread is gone. `row`: of those asked for, the one that it was at work on; absent: it was at none. */
  | { readonly is: 'lost'; readonly row: number | undefined; readonly reason: string }

const entry = new URL(`thread-main${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)

/** A thread with one function of a user's own, which sees nothing of this process but what it is sent. */
export class CodeThread {
  readonly #worker: Worker
  readonly #working = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(idle)
  readonly #writeCount: number
  readonly #ended = Promise.withResolvers<void>()
  #reason: string | undefined
  #isNobodysFault = false
  #leaving: NodeJS.Timeout | undefined
  #listen: ((message: unknown) => void) | undefined

  constructor(setup: Omit<ThreadSetup, 'working'>) {
    this.#writeCount = setup.writes.length
    this.#worker = new Worker(entry, {
      name: 'code stage',
      workerData: { ...setup, working: this.#working } satisfies ThreadSetup,
      env: {},
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 32 },
    })
    spillOutput(this.#worker.stdout)
    spillOutput(this.#worker.stderr)
    this.#worker.on('message', (message: unknown) => this.#listen?.(message))
    this.#worker.on('messageerror', () => this.#end('what it sent cannot be read'))
    this.#worker.on('error', (error: unknown) => {
      this.#reason ??= isOutOfMemory(error) ? tooMuchMemory : `it died of ${describeThrown(error)}`
    })
    this.#worker.on('exit', () => {
      this.#reason ??= 'it ended its own thread'
      clearTimeout(this.#leaving)
      this.#ended.resolve()
    })
  }

  /** Whether it is there to be asked. */
  get isAlive(): boolean {
    return this.#reason === undefined
  }

  /** Waits until the module is loaded. A thread that is not ready is gone. */
  async ready(): Promise<Readiness> {
    const told = Promise.withResolvers<Readiness>()
    this.#listen = (message) => {
      const readiness = readinessOf(message)
      if (readiness !== undefined) told.resolve(readiness)
    }
    const timer = setTimeout(() => this.#end(`loading it takes longer than ${maxLoadMs / 1000} s`), maxLoadMs)
    const scales = setInterval(() => void this.#weigh(idle), lookMs)
    const gone = async (): Promise<Readiness> => {
      await this.#ended.promise
      return { ready: false, at: 'module', reason: this.#reason ?? '', names: [] }
    }
    // What it holds once it is loaded is weighed too: each new worker would hold as much.
    const weighed = told.promise.then(async (readiness) => {
      if (!readiness.ready) return readiness
      await this.#weigh(idle)
      return this.isAlive ? readiness : await gone()
    })
    const readiness = await Promise.race([weighed, gone()])
    clearTimeout(timer)
    clearInterval(scales)
    if (readiness.ready) this.#worker.unref()
    else await this.close()
    return readiness
  }

  /**
   * Asks about rows, one question at a time. What comes of them is told part by part, in their order.
   * @param timeoutMs That one row may take
   */
  async ask(question: Question, timeoutMs: number, take: (part: Part) => void): Promise<Ending> {
    let left = question.rowCount
    const settled = Promise.withResolvers<Ending>()
    this.#listen = (message) => {
      const part = partOf(message, left, this.#writeCount)
      if (part === undefined) return this.#end('what it sent is no answer')
      try {
        take(part)
      } catch (error) {
        settled.reject(error)
      }
      left -= part.rowCount
      if (left === 0) settled.resolve({ is: 'answered' })
    }
    Atomics.store(this.#working, 0, idle)
    this.#worker.ref()
    this.#worker.postMessage(question)
    const timer = this.#watch(timeoutMs)
    const lost = async (): Promise<Ending> => {
      await this.#ended.promise
      const row = Atomics.load(this.#working, 0)
      const isOfThese = !this.#isNobodysFault && row >= question.rowCount - left && row < question.rowCount
      return { is: 'lost', row: isOfThese ? row : undefined, reason: this.#reason ?? '' }
    }
    try {
      return await Promise.race([settled.promise, lost()])
    } finally {
      clearInterval(timer)
      this.#listen = undefined
      this.#worker.unref()
    }
  }

  /** Ends it. Nothing is told any more. */
  async close(): Promise<void> {
    this.#listen = undefined
    const isIdle = Atomics.load(this.#working, 0) === idle
    if (this.isAlive && isIdle) this.#worker.postMessage(leave)
    // What it has printed is on its way: where nothing else holds it, it leaves by itself behind that.
    const timer = setTimeout(() => this.#end('it was closed'), isIdle ? maxLeaveMs : 0)
    await this.#ended.promise
    clearTimeout(timer)
  }

  /**
   * Ends the thread where one row takes too long, or too much. Looks are counted, and no clock is asked: of a process that
   * was stopped meanwhile no row is to blame.
   */
  #watch(timeoutMs: number): NodeJS.Timeout {
    const stepMs = Math.min(lookMs, timeoutMs)
    const maxLooks = Math.ceil(timeoutMs / stepMs)
    let seen = idle - 1
    let looks = 0
    let untilWeighing = looksPerWeighing
    let residentBefore = 0
    return setInterval(() => {
      const row = Atomics.load(this.#working, 0)
      looks = row === seen ? looks + 1 : 0
      seen = row
      if (looks === 0) residentBefore = process.memoryUsage.rss()
      if (looks > maxLooks) this.#end(`it took longer than ${timeoutMs} ms`)
      else if (looks > 0 && process.memoryUsage.rss() - residentBefore > maxGrowthMb * 2 ** 20) this.#end(tooMuchMemory)
      else if (looks > 0 || --untilWeighing === 0) {
        untilWeighing = looksPerWeighing
        void this.#weigh(row)
      }
    }, stepMs)
  }

  async #weigh(row: number): Promise<void> {
    if (!this.isAlive) return
    const [weighed] = await Promise.allSettled([this.#worker.getHeapStatistics()])
    // A thread that has ended meanwhile has no weight.
    if (weighed.status === 'rejected' || !this.isAlive) return
    const { used_heap_size: values, external_memory: buffers } = weighed.value
    if (values + buffers < maxMemoryMb * 2 ** 20) return
    this.#isNobodysFault = Atomics.load(this.#working, 0) !== row
    this.#end(tooMuchMemory)
  }

  #end(reason: string): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#leaving = setTimeout(() => {
      this.#worker.unref()
      this.#ended.resolve()
    }, maxEndMs)
    void this.#worker.terminate()
  }
}

const tooMuchMemory = `it took more than ${maxMemoryMb} MiB of memory`

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
