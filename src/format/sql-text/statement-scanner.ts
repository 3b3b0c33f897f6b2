import { ByteWindow, maxWindowBytes } from './byte-window.ts'
import { characterClass, isWord } from './character-classes.ts'
import { classifyStatement, type SkippedObject } from './classify-statement.ts'
import { DumpEvent, type DumpCursor, type FailureKind, type ScanFailure, type ScannerOptions } from './dump-event.ts'
import { readInsertHead, type InsertHead } from './insert-head.ts'
import { malformed, needMore, RowScanner } from './row-scanner.ts'
import { SessionSettings } from './session-settings.ts'
import { SqlTextError } from './sql-text-error.ts'
import { commentAt, skipSpace, startsWith, StatementEnd } from './statement-end.ts'
import { isStatementWord, maxStatementWordLength } from './statement-words.ts'
import { trailBytesOf } from './trail-bytes.ts'

type State = 'between' | 'lineComment' | 'blockComment' | 'insertHead' | 'statement' | 'rows' | 'row'

const encoder = new TextEncoder()
const byteOrderMark = encoder.encode('\uFEFF')
const headers = ['-- MySQL dump', '-- MariaDB dump'].map((line) => encoder.encode(line))
const trailer = encoder.encode('-- Dump completed')
const commentLookahead = 24
/** Lines of the dump tool's standard error that end up in files written with `2>&1`. */
const toolLine = /^(?:mysqldump|mariadb-dump)(?:\.exe)?: |^Warning: |^In order to ensure a consistent backup /
const harmlessToolLine = /^[\w.-]+: \[?(?:Warning|Note)|^Warning: |^In order to ensure /
const maxLineBytes = 4096
const noMark = -1

/**
 * Reads a dump of mysqldump or mariadb-dump, fed in pieces of any size, and gives statements whole and the rows of
 * INSERTs one at a time. Only pull: `next` reads until there is one event, and nothing happens between calls.
 *
 * ```ts
 * for await (const piece of file) {
 *   scanner.feed(piece)
 *   while ((event = scanner.next()) !== DumpEvent.needMore) …
 * }
 * scanner.end()                                  // and take the events that are left
 * ```
 *
 * Whatever `bytes`, `text` and `values` point to is valid until the next call of `feed` or `next`. Memory: the longest
 * statement or row so far, rounded up to a power of two, and one piece.
 */
export class StatementScanner {
  readonly session: SessionSettings
  /** Stream position of the statement or row that was given last. */
  start = 0
  /** The INSERT that is being read. */
  insert: InsertHead | undefined
  skipped: SkippedObject | undefined
  failure: ScanFailure | undefined
  /** How many header and trailer comments of the dump tools were met. More headers than trailers: cut off. */
  headerCount = 0
  trailerCount = 0

  readonly #window: ByteWindow
  readonly #rows = new RowScanner()
  readonly #statementEnd = new StatementEnd()
  readonly #maxStatementBytes: number
  readonly #maxRowBytes: number
  #state: State = 'between'
  /** Where reading goes on, in the window. */
  #at = 0
  #textStart = 0
  #textEnd = 0
  #delimiter = encoder.encode(';')
  #delimiterText = ';'
  #rowCount = 0
  #commaSeen = false
  #startOfStream: boolean
  /** Bytes of the last INSERT up to its first row: the next one, if it starts the same, is not parsed again. */
  #lastHead: Uint8Array = new Uint8Array(0)
  #headBefore: InsertHead | undefined
  #settled = { position: 0, delimiter: ';', headerCount: 0, trailerCount: 0 }

  constructor(options: ScannerOptions = {}) {
    const { from } = options
    this.#maxStatementBytes = options.maxStatementBytes ?? 64 * 1024 * 1024
    this.#maxRowBytes = Math.min(options.maxRowBytes ?? maxWindowBytes, maxWindowBytes)
    this.#window = new ByteWindow(from?.position)
    this.#startOfStream = from === undefined || from.position === 0
    this.session = new SessionSettings(from?.session)
    if (from === undefined) return
    this.#useDelimiter(from.delimiter)
    this.headerCount = from.headerCount
    this.trailerCount = from.trailerCount
    if (from.insert !== undefined) {
      const { rowCount, ...head } = from.insert
      this.#startRows(head)
      this.#rowCount = rowCount
    }
    this.#settle()
  }

  /** The buffer that `values` points into. */
  get bytes(): Uint8Array {
    return this.#window.bytes
  }

  /** (flags, offset, length) per value of the row: see `ValueKind` in row-scanner.ts. */
  get values(): Int32Array {
    return this.#rows.values
  }

  get valueCount(): number {
    return this.#rows.valueCount
  }

  /** Character sets before strings; what a value's flags, shifted by `introducerShift`, are an index of. */
  get introducers(): readonly string[] {
    return this.#rows.introducers
  }

  /** The statement that was given last, in the character set of `session`, without its delimiter. */
  get text(): Uint8Array {
    return this.#window.bytes.subarray(this.#textStart, this.#textEnd)
  }

  /** The first byte after the row or statement that was given last. */
  get position(): number {
    return this.#window.positionAt(this.#at)
  }

  /** Where a scanner starts that gives the events after the last one. */
  cursor(): DumpCursor {
    const insert = this.insert === undefined ? undefined : { ...this.insert, rowCount: this.#rowCount }
    return { ...this.#settled, session: this.session.state(), insert }
  }

  feed(piece: Uint8Array): void {
    const window = this.#window
    window.start = this.#state === 'row' || this.#state === 'statement' ? this.#textStart : this.#at
    const moved = window.feed(piece)
    if (moved === undefined) {
      this.#fail('too-long', 'a row is longer than can be held', this.#textStart)
      return
    }
    this.#at -= moved
    this.#textStart -= moved
    this.#rows.shift(moved)
    this.#statementEnd.shift(moved)
  }

  /** Nothing will be fed any more. */
  end(): void {
    this.#window.ended = true
  }

  next(): DumpEvent {
    if (this.failure !== undefined) return DumpEvent.failed
    for (;;) {
      const event = this.#step()
      if (event === undefined) continue
      if (event === DumpEvent.needMore) return this.#ranOut()
      if (event === DumpEvent.row) {
        this.#rowCount++
        this.#settled.position = this.#window.positionAt(this.#at)
      } else if (event !== DumpEvent.failed) this.#settle()
      return event
    }
  }

  #step(): DumpEvent | undefined {
    switch (this.#state) {
      case 'rows':
        return this.#betweenRows()
      case 'row':
        return this.#row()
      case 'between':
        return this.#between()
      case 'lineComment':
        return this.#skipPast([0x0a])
      case 'blockComment':
        return this.#skipPast([0x2a, 0x2f])
      case 'insertHead':
        return this.#insertHead()
      case 'statement':
        return this.#statement()
    }
  }

  #settle(): void {
    this.#settled = {
      position: this.#window.positionAt(this.#at),
      delimiter: this.#delimiterText,
      headerCount: this.headerCount,
      trailerCount: this.trailerCount,
    }
  }

  /** Only in state `between`, at the end of everything, is the end no failure. */
  #ranOut(): DumpEvent {
    if (this.#isTooLong(this.#window.end)) return this.#failTooLong()
    if (!this.#window.ended) return DumpEvent.needMore
    if (this.insert === undefined && (this.#state === 'between' || this.#state === 'lineComment')) {
      if (this.#settled.position === 0 && this.headerCount === 0) {
        return this.#fail('not-sql', 'there is no statement in it', this.#window.end)
      }
      this.#at = this.#window.end
      this.#settle()
      return DumpEvent.end
    }
    return this.#failTruncated()
  }

  #failTruncated(): DumpEvent {
    const what = this.insert === undefined ? 'a statement or comment' : 'an INSERT'
    return this.#fail('truncated', `the dump ends inside ${what}`, this.#window.end)
  }

  #isTooLong(end: number): boolean {
    if (this.#state !== 'row' && this.#state !== 'statement') return false
    return end - this.#textStart > (this.#state === 'row' ? this.#maxRowBytes : this.#maxStatementBytes)
  }

  #failTooLong(): DumpEvent {
    const limit = this.#state === 'row' ? this.#maxRowBytes : this.#maxStatementBytes
    const what = this.#state === 'row' ? 'a row' : 'a statement'
    return this.#fail('too-long', `${what} is longer than ${limit} bytes`, this.#textStart)
  }

  #fail(kind: FailureKind, message: string, at: number): typeof DumpEvent.failed {
    this.failure = { kind, message, position: this.#window.positionAt(at) }
    return DumpEvent.failed
  }

  // ── Rows ──

  #startRows(head: InsertHead): void {
    const { backslash, ansiQuotes } = this.session.rules
    this.#rows.setRules({ backslash, ansiQuotes, trailBytes: trailBytesOf(this.session.charset) })
    this.insert = head
    this.#rowCount = 0
    this.#commaSeen = false
    this.#state = 'rows'
  }

  /** Expects the first row, a comma and the next row, or the delimiter. */
  #betweenRows(): DumpEvent | undefined {
    const { bytes, end } = this.#window
    let at = this.#at
    if (this.#rowCount > 0 && !this.#commaSeen && bytes[at] === 0x2c && at < end) {
      this.#commaSeen = true
      at++
    }
    at = skipSpace(bytes, at, end)
    this.#at = at
    if (at >= end) return DumpEvent.needMore
    const byte = bytes[at]!
    if (byte === 0x28 && (this.#commaSeen || this.#rowCount === 0)) {
      this.#textStart = at
      this.start = this.#window.positionAt(at)
      this.#rows.begin(at + 1)
      this.#state = 'row'
      return this.#row()
    }
    if (byte === 0x2c && this.#rowCount > 0 && !this.#commaSeen) return undefined
    if (startsWith(bytes, at, end, this.#delimiter)) {
      if (this.#commaSeen) return this.#fail('malformed', 'an INSERT ends after a comma', at)
      this.#at = at + this.#delimiter.length
      this.#state = 'between'
      this.insert = undefined
      return DumpEvent.insertEnd
    }
    if (byte === this.#delimiter[0] && end - at < this.#delimiter.length) return DumpEvent.needMore
    const comment = commentAt(bytes, at, end, this.#window.ended)
    if (comment === 'more') return DumpEvent.needMore
    if (comment === 'line' || comment === 'block') return this.#openComment(comment)
    return this.#fail('malformed', 'neither a row nor the end follows a row of an INSERT', at)
  }

  #row(): DumpEvent {
    const after = this.#rows.scan(this.#window)
    if (after === needMore) return DumpEvent.needMore
    if (after === malformed) return this.#fail('malformed', 'a row cannot be read', this.#textStart)
    if (this.#isTooLong(after)) return this.#failTooLong()
    this.#at = after
    this.#commaSeen = false
    this.#state = 'rows'
    return DumpEvent.row
  }

  // ── Between statements ──

  #openComment(comment: 'line' | 'block'): DumpEvent | undefined {
    const { bytes, end, ended } = this.#window
    if (comment === 'line') {
      if (end - this.#at < commentLookahead && !ended && bytes.subarray(this.#at, end).indexOf(0x0a) < 0) {
        return DumpEvent.needMore
      }
      if (headers.some((header) => startsWith(bytes, this.#at, end, header))) this.headerCount++
      if (startsWith(bytes, this.#at, end, trailer)) this.trailerCount++
    }
    this.#state = comment === 'line' ? 'lineComment' : 'blockComment'
    this.#at += comment === 'line' ? 1 : 2
    return undefined
  }

  #skipPast(mark: readonly number[]): DumpEvent | undefined {
    const { bytes, end } = this.#window
    let found = noMark
    for (let at = bytes.indexOf(mark[0]!, this.#at); at >= 0 && at < end; at = bytes.indexOf(mark[0]!, at + 1)) {
      if (mark.length > 1 && (at + 1 >= end || bytes[at + 1] !== mark[1])) continue
      found = at
      break
    }
    if (found === noMark) {
      // The first byte of a mark that is cut in two stays.
      this.#at = Math.max(this.#at, end - (mark.length - 1))
      return DumpEvent.needMore
    }
    this.#at = found + mark.length
    this.#state = this.insert === undefined ? 'between' : 'rows'
    return undefined
  }

  #between(): DumpEvent | undefined {
    const { bytes, end, ended } = this.#window
    if (this.#startOfStream) {
      if (end < byteOrderMark.length && !ended) return DumpEvent.needMore
      if (startsWith(bytes, 0, end, byteOrderMark)) this.#at = byteOrderMark.length
      this.#startOfStream = false
    }
    const at = skipSpace(bytes, this.#at, end)
    this.#at = at
    if (at >= end) return DumpEvent.needMore
    if (startsWith(bytes, at, end, this.#delimiter)) {
      this.#at = at + this.#delimiter.length
      return undefined
    }
    if (bytes[at] === this.#delimiter[0] && end - at < this.#delimiter.length && !ended) return DumpEvent.needMore
    const comment = commentAt(bytes, at, end, ended)
    if (comment === 'more') return DumpEvent.needMore
    if (comment === 'line' || comment === 'block') return this.#openComment(comment)
    this.start = this.#window.positionAt(at)
    this.#textStart = at
    if (typeof comment === 'number') return this.#startStatement()
    return this.#startWord()
  }

  #startWord(): DumpEvent | undefined {
    const { bytes, end, ended } = this.#window
    const at = this.#at
    let wordEnd = at
    while (wordEnd < end && wordEnd - at < maxStatementWordLength && isWordByte(bytes[wordEnd]!)) wordEnd++
    if (wordEnd >= end && !ended) return DumpEvent.needMore
    const word = String.fromCharCode(...bytes.subarray(at, wordEnd)).toUpperCase()
    if (word === 'DELIMITER') return this.#line(at, (line, cut) => this.#setDelimiter(line, cut))
    if (word === 'INSERT' || word === 'REPLACE') {
      this.#state = 'insertHead'
      return undefined
    }
    if (isStatementWord(word)) return this.#startStatement()
    return this.#line(at, (line, cut) => {
      // The last line of a dump that was cut off can be the start of anything.
      if (cut && this.#settled.position > 0) return this.#failTruncated()
      if (!toolLine.test(line)) return this.#fail('not-sql', `no statement starts with ${JSON.stringify(line)}`, at)
      if (!harmlessToolLine.test(line)) return this.#fail('dump-failed', line, at)
      return undefined
    })
  }

  /**
   * Gives the line that starts there, at most 80 characters of it, to `use`, and goes on after it. `cut`: the dump ends
   * before the line does.
   */
  #line(at: number, use: (line: string, cut: boolean) => DumpEvent | undefined): DumpEvent | undefined {
    const { bytes, end, ended } = this.#window
    const newline = bytes.subarray(at, end).indexOf(0x0a)
    if (newline < 0 && !ended && end - at < maxLineBytes) return DumpEvent.needMore
    const lineEnd = newline < 0 ? end : at + newline
    const line = new TextDecoder().decode(bytes.subarray(at, Math.min(lineEnd, at + 80)))
    this.#at = Math.min(lineEnd + 1, end)
    return use(line.trimEnd(), newline < 0 && ended)
  }

  #setDelimiter(line: string, cut: boolean): DumpEvent | undefined {
    const delimiter = /^\S+\s+(\S+)/.exec(line)?.[1]
    if (delimiter === undefined && cut) return this.#failTruncated()
    if (delimiter === undefined) return this.#fail('malformed', 'DELIMITER without a delimiter', this.#textStart)
    this.#useDelimiter(delimiter)
    return undefined
  }

  #useDelimiter(delimiter: string): void {
    this.#delimiterText = delimiter
    this.#delimiter = encoder.encode(delimiter)
  }

  // ── Statements ──

  #startStatement(): undefined {
    const { backslash, ansiQuotes } = this.session.rules
    this.#statementEnd.begin(this.#textStart, { backslash, ansiQuotes, trailBytes: trailBytesOf(this.session.charset) })
    this.#state = 'statement'
  }

  #insertHead(): DumpEvent | undefined {
    const { bytes, end, ended } = this.#window
    const at = this.#at
    this.#textStart = at
    let firstRow = at + this.#lastHead.length - 1
    let head = this.#headBefore
    if (firstRow < at || head === undefined || !startsWith(bytes, at, end, this.#lastHead)) {
      const reading = readInsertHead(
        bytes.subarray(at, end),
        { ...this.session.rules, charset: this.session.charset },
        ended,
      )
      if (reading.outcome === 'more') {
        if (end - at <= this.#maxStatementBytes) return DumpEvent.needMore
        return this.#fail('too-long', `an INSERT names its columns in over ${this.#maxStatementBytes} bytes`, at)
      }
      if (reading.outcome === 'other') return this.#startStatement()
      firstRow = at + reading.firstRow
      this.#lastHead = bytes.slice(at, firstRow + 1)
      head = reading.head
      this.#headBefore = head
    }
    this.#at = firstRow
    this.#startRows(head)
    return DumpEvent.insertStart
  }

  #statement(): DumpEvent | undefined {
    const window = this.#window
    const end = this.#statementEnd.find(window, this.#delimiter)
    if (end < 0) return DumpEvent.needMore
    if (this.#isTooLong(end)) return this.#failTooLong()
    this.#textEnd = end
    this.#at = end + this.#delimiter.length
    this.#state = 'between'
    try {
      return this.#apply()
    } catch (error) {
      if (!(error instanceof SqlTextError)) throw error
      return this.#fail('malformed', error.message, this.#textStart)
    }
  }

  #apply(): DumpEvent {
    const found = classifyStatement(this.text, { ...this.session.rules, charset: this.session.charset })
    if (found.kind === 'skipped') {
      this.skipped = found.object
      return DumpEvent.skipped
    }
    if (found.kind === 'other') return DumpEvent.statement
    this.#lastHead = new Uint8Array(0)
    if (found.kind === 'use') this.session.database = found.database
    else {
      const problem = this.session.applySet(found.tokens)
      if (problem !== undefined) return this.#fail('setting', problem, this.#textStart)
    }
    return DumpEvent.statement
  }
}

function isWordByte(byte: number): boolean {
  return (characterClass[byte]! & isWord) !== 0
}
