import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DumpEvent, type DumpCursor, type ScannerOptions } from './dump-event.ts'
import { readBitLiteral, readHexLiteral } from './hex-literal.ts'
import { introducerShift, kindMask, ValueKind, valueStride } from './row-scanner.ts'
import { StatementScanner } from './statement-scanner.ts'
import { trailBytesOf } from './trail-bytes.ts'
import { unescapeLiteral } from './unescape.ts'

const folder = new URL('./fixtures/', import.meta.url)
const dumps = readdirSync(folder).filter((name) => /^(mysql9|mariadb)-.*\.sql$/.test(name))
const readDump = (name: string): Buffer => readFileSync(new URL(name, folder))
const kindNames = Object.keys(ValueKind)

/** The bytes that a value stands for; null for NULL. */
function cell(scanner: StatementScanner, index: number): Buffer | null {
  const [flags, offset, length] = scanner.values.subarray(index * valueStride) as unknown as [number, number, number]
  const target = Buffer.alloc(length)
  switch (flags & kindMask) {
    case ValueKind.null:
      return null
    case ValueKind.hex:
      return target.subarray(0, readHexLiteral(scanner.bytes, offset, length, target, 0))
    case ValueKind.bits:
      return target.subarray(0, readBitLiteral(scanner.bytes, offset, length, target, 0))
    case ValueKind.escapedText:
    case ValueKind.escapedTextInDoubleQuotes: {
      const quote = (flags & kindMask) === ValueKind.escapedText ? 0x27 : 0x22
      const rules = {
        quote,
        backslash: scanner.session.rules.backslash,
        trailBytes: trailBytesOf(scanner.session.charset),
      }
      return target.subarray(0, unescapeLiteral(scanner.bytes, offset, length, target, 0, rules))
    }
    default:
      target.set(scanner.bytes.subarray(offset, offset + length))
      return target
  }
}

function describeEvent(scanner: StatementScanner, event: DumpEvent): string {
  switch (event) {
    case DumpEvent.statement:
      return `${scanner.start} statement ${Buffer.from(scanner.text).toString('latin1')}`
    case DumpEvent.skipped:
      return `${scanner.start} skipped ${JSON.stringify(scanner.skipped)} ${scanner.text.length}`
    case DumpEvent.insertStart:
      return `${scanner.start} insert ${JSON.stringify(scanner.insert)}`
    case DumpEvent.row: {
      const values = Array.from({ length: scanner.valueCount }, (_, index) => {
        const flags = scanner.values[index * valueStride]!
        const introducer = scanner.introducers[flags >> introducerShift]!
        return `${introducer}${kindNames[flags & kindMask]} ${cell(scanner, index)?.toString('latin1') ?? 'NULL'}`
      })
      return `${scanner.start} row ${values.join(' | ')}`
    }
    case DumpEvent.insertEnd:
      return 'insertEnd'
    case DumpEvent.failed:
      return `failed ${scanner.failure?.kind} at ${scanner.failure?.position}: ${scanner.failure?.message}`
    default:
      return `end ${scanner.headerCount} ${scanner.trailerCount}`
  }
}

/** Feeds the dump in pieces of the given sizes, again and again, and describes every event. */
function scan(
  dump: Uint8Array,
  sizes: readonly number[] = [dump.length || 1],
  options: ScannerOptions = {},
): { readonly events: string[]; readonly cursors: DumpCursor[] } {
  const scanner = new StatementScanner(options)
  const events: string[] = []
  const cursors: DumpCursor[] = []
  let at = options.from?.position ?? 0
  for (let turn = 0; ;) {
    const event = scanner.next()
    if (event === DumpEvent.needMore) {
      if (at >= dump.length) {
        scanner.end()
        continue
      }
      const size = sizes[turn++ % sizes.length]!
      scanner.feed(dump.subarray(at, at + size))
      at += size
      continue
    }
    events.push(describeEvent(scanner, event))
    if (event === DumpEvent.end || event === DumpEvent.failed) return { events, cursors }
    cursors.push(scanner.cursor())
  }
}

const eventsOf = (text: string): string[] => scan(Buffer.from(text)).events

/** Rows per table, as the fixture's cells write them. */
function rowsOf(dump: Uint8Array): Map<string, string[]> {
  const scanner = new StatementScanner()
  const rows = new Map<string, string[]>()
  scanner.feed(dump)
  scanner.end()
  for (;;) {
    const event = scanner.next()
    if (event === DumpEvent.end) return rows
    if (event === DumpEvent.failed) throw new Error(JSON.stringify(scanner.failure))
    if (event !== DumpEvent.row) continue
    const { table } = scanner.insert!
    const cells = Array.from({ length: scanner.valueCount }, (_, index) => cell(scanner, index))
    const line = cells.map((bytes) => (bytes === null ? 'NULL' : bytes.toString('hex').toUpperCase())).join('\t')
    rows.set(table, [...(rows.get(table) ?? []), line])
  }
}

describe('StatementScanner over dumps that the tools made', () => {
  it('has fixtures of both tools', () => {
    expect(dumps.filter((name) => name.startsWith('mysql9-')).length).toBeGreaterThanOrEqual(6)
    expect(dumps.filter((name) => name.startsWith('mariadb-')).length).toBeGreaterThanOrEqual(7)
  })

  it.each(dumps)('%s: the same events fed whole and byte by byte', (name) => {
    const dump = readDump(name)
    const whole = scan(dump).events
    expect(whole.at(-1)).toMatch(/^end (0 0|1 1)$/)
    expect(scan(dump, [1]).events).toEqual(whole)
  })

  it.each(dumps)('%s: the same events wherever it is cut', (name) => {
    const dump = readDump(name)
    const whole = scan(dump).events
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(sizes, (pieces) => {
        expect(scan(dump, pieces).events).toEqual(whole)
      }),
      { numRuns: 10 },
    )
  })

  it.each(dumps)('%s: goes on from the cursor of every event', (name) => {
    const dump = readDump(name)
    const { events, cursors } = scan(dump)
    for (const [index, cursor] of cursors.entries()) {
      const from = JSON.parse(JSON.stringify(cursor)) as DumpCursor
      expect(scan(dump, [97], { from }).events).toEqual(events.slice(index + 1))
    }
  })

  it.each(dumps)('%s: reads the same with CRLF line ends and a byte order mark', (name) => {
    const dump = readDump(name)
    const crlf = Buffer.from(`\u00EF\u00BB\u00BF${dump.toString('latin1').replaceAll('\n', '\r\n')}`, 'latin1')
    // Positions and lengths differ, and texts have line ends in them.
    const plain = (events: string[]): string[] => events.map((event) => event.replaceAll(/^\d+ |\r| \d+$/g, ''))
    expect(plain(scan(crlf).events)).toEqual(plain(scan(dump).events))
  })

  it.each(['mysql9', 'mariadb'])('%s: every cell is what the server says it is', (server) => {
    const expected = new Map<string, string[]>()
    for (const line of readDump(`${server}-cells.tsv`).toString('utf8').trimEnd().split('\n')) {
      const [table, ...cells] = line.split('\t')
      expected.set(table!, [...(expected.get(table!) ?? []), cells.join('\t')])
    }
    const hex = rowsOf(readDump(`${server}-hex-single.sql`))
    const full = rowsOf(readDump(`${server}-full.sql`))
    for (const table of ['orders', 'nasty', 'VALUES (1,2),(', 'parted']) {
      expect(full.get(table)).toEqual(expected.get(table))
      expect(hex.get(table)).toEqual(expected.get(table))
    }
    expect(rowsOf(readDump(`${server}-gbk.sql`)).get('chinese')).toEqual(expected.get('chinese'))
    // MariaDB writes the generated columns too.
    const customers = full.get('customers')!.map((line) => line.split('\t'))
    const written =
      server === 'mysql9' ? customers : customers.map((cells) => cells.filter((_, at) => at !== 10 && at !== 11))
    expect(written.map((cells) => cells.join('\t'))).toEqual(expected.get('customers'))
  })

  it('lists what is no table', () => {
    const skipped = scan(readDump('mariadb-full.sql')).events.filter((event) => event.includes(' skipped '))
    expect(skipped.map((event) => JSON.parse(event.replace(/^\d+ skipped (.*) \d+$/, '$1')) as unknown)).toEqual([
      { kind: 'sequence', name: 's1', placeholder: false },
      { kind: 'view', name: 'big_customers', placeholder: true },
      { kind: 'trigger', name: 'customers_ai', placeholder: false },
      { kind: 'trigger', name: 'orders_bu', placeholder: false },
      { kind: 'view', name: 'view_of_view', placeholder: true },
      { kind: 'event', name: 'nightly', placeholder: false },
      { kind: 'function', name: 'twice', placeholder: false },
      { kind: 'procedure', name: 'do it', placeholder: false },
      { kind: 'view', name: 'big_customers', placeholder: false },
      { kind: 'view', name: 'view_of_view', placeholder: false },
    ])
  })

  it.each(dumps)('%s: cut off anywhere, it ends as truncated or without its trailer', (name) => {
    const dump = readDump(name)
    const whole = scan(dump).events
    const cuts = fc.integer({ min: 1, max: dump.length - 40 })
    fc.assert(
      fc.property(cuts, (cut) => {
        const { events } = scan(dump.subarray(0, cut))
        const last = events.at(-1)!
        expect(events.slice(0, -1)).toEqual(whole.slice(0, events.length - 1))
        if (/^end (1|0) 0$/.test(last)) return
        expect(last).toMatch(events.length === 1 ? /^failed (truncated|not-sql)/ : /^failed truncated/)
      }),
      { numRuns: 60 },
    )
  })
})

describe('StatementScanner', () => {
  it('gives a row whose end was not fed as soon as it is closed', () => {
    const scanner = new StatementScanner()
    scanner.feed(Buffer.from("INSERT INTO t VALUES (1,'a"))
    expect([scanner.next(), scanner.next()]).toEqual([DumpEvent.insertStart, DumpEvent.needMore])
    scanner.feed(Buffer.from("b')"))
    expect(scanner.next()).toBe(DumpEvent.row)
    expect(cell(scanner, 1)?.toString()).toBe('ab')
    expect(scanner.position).toBe(29)
    expect(scanner.next()).toBe(DumpEvent.needMore)
  })

  it('knows every way to write a value', () => {
    const values = (
      `NULL~null~-1.50e+3~+7~.5~007~''~'a''b'~'\\''~"d"~"d""'q"~x'4a'~X''~0x4A4b~b'101'~_binary 'x\\0'~_utf8mb4'y'~` +
      `_binary 0x41~n'z'~DEFAULT~TRUE~now()~ST_GeomFromText('POINT(1 2)', 4326)~'a' 'b'~1+2~(1)~CAST('{"a": ")"}' AS JSON)`
    ).split('~')
    const text = `INSERT INTO t VALUES (${values.join(',')});`
    expect(eventsOf(text)[1]).toBe(
      "21 row null NULL | null NULL | number -1.50e+3 | number +7 | number .5 | number 007 | text  | escapedText a'b | " +
        "escapedText ' | text d | escapedTextInDoubleQuotes d\"'q | hex J | hex  | hex JK | bits \u0005 | " +
        'binaryescapedText x\0 | utf8mb4text y | binaryhex A | utf8mb3text z | default DEFAULT | expression TRUE | ' +
        "expression now() | expression ST_GeomFromText('POINT(1 2)', 4326) | expression 'a' 'b' | expression 1+2 | " +
        'expression (1) | expression CAST(\'{"a": ")"}\' AS JSON)',
    )
    for (const size of [1, 2, 3, 5]) expect(scan(Buffer.from(text), [size]).events).toEqual(eventsOf(text))
  })

  it('reads backslashes as letters where the dump says NO_BACKSLASH_ESCAPES, and only there', () => {
    const events = eventsOf(
      "SET sql_mode = 'NO_BACKSLASH_ESCAPES';INSERT INTO t VALUES ('a\\','b''\\c');" +
        "SET sql_mode = '';INSERT INTO t VALUES ('a\\',');",
    )
    expect(events.filter((event) => event.includes(' row '))).toEqual([
      "59 row text a\\ | escapedText b'\\c",
      "113 row escapedText a',",
    ])
  })

  it('takes double quotes as names under ANSI_QUOTES, where a backslash escapes nothing', () => {
    const events = eventsOf('SET sql_mode="ANSI";CREATE TABLE "a\\" (x int);INSERT INTO "a\\" ("c;""d") VALUES (1);')
    expect(events[1]).toBe('20 statement CREATE TABLE "a\\" (x int)')
    expect(events[2]).toBe('46 insert {"table":"a\\\\","columns":["c;\\"d"]}')
  })

  it('follows the character set of the dump where a backslash can be the end of a letter', () => {
    const text = Buffer.concat([
      Buffer.from("SET NAMES sjis;INSERT INTO t VALUES ('"),
      Buffer.from([0x95, 0x5c]),
      Buffer.from("','x');SET NAMES latin1;INSERT INTO t VALUES ('"),
      Buffer.from([0x95, 0x5c]),
      Buffer.from("',');"),
    ])
    const rows = scan(text).events.filter((event) => event.includes(' row '))
    expect(rows).toEqual(['36 row text \u0095\\ | text x', "85 row escapedText \u0095',"])
  })

  it.each([
    ['REPLACE INTO `d`.`t` VALUES (1);', '{"database":"d","table":"t"}'],
    ['INSERT  IGNORE INTO t (`a`, b) VALUES\n(1,2),\n(3,4);', '{"table":"t","columns":["a","b"]}'],
    ['insert delayed t values (1);', '{"table":"t"}'],
    ['INSERT /* c */ INTO `x``VALUES (` VALUE -- d\n (1);', '{"table":"x`VALUES ("}'],
    ['INSERT INTO t () VALUES ();', '{"table":"t","columns":[]}'],
  ])('reads the head of %s', (text, head) => {
    expect(eventsOf(text)[0]).toBe(`0 insert ${head}`)
    expect(scan(Buffer.from(text), [1]).events).toEqual(eventsOf(text))
  })

  it.each(['INSERT INTO t SET a = 1;', 'INSERT INTO t SELECT * FROM u;', 'INSERT INTO t VALUES ROW(1);'])(
    'gives %s as a statement',
    (text) => {
      expect(eventsOf(text)).toEqual([`0 statement ${text.slice(0, -1)}`, 'end 0 0'])
      expect(scan(Buffer.from(text), [1]).events).toEqual(eventsOf(text))
    },
  )

  it('parses an INSERT that starts as the last one no second time, and one that does not', () => {
    const rows = eventsOf('INSERT INTO t VALUES (1);INSERT INTO t VALUES (2);INSERT INTO t2 VALUES (3);')
    expect(rows.filter((event) => event.includes('insert '))).toEqual([
      '0 insert {"table":"t"}',
      '25 insert {"table":"t"}',
      '50 insert {"table":"t2"}',
    ])
  })

  it('passes over comments and blanks between rows and statements', () => {
    const text =
      "# a\n-- b\n--\n/* ; */ ;; /*M!999999\\- enable the sandbox mode */ \nINSERT INTO t VALUES\n-- it's\n(1) /* ( */ ,\n# x\n( 2 );\n"
    expect(eventsOf(text).map((event) => event.replace(/^\d+ /, ''))).toEqual([
      'insert {"table":"t"}',
      'row number 1',
      'row number 2',
      'insertEnd',
      'end 0 0',
    ])
    for (const size of [1, 3, 7]) expect(scan(Buffer.from(text), [size]).events).toEqual(eventsOf(text))
  })

  it('ends statements only at the delimiter that is set, and not in quotes or comments', () => {
    const body = `CREATE TRIGGER t1 BEFORE INSERT ON t FOR EACH ROW BEGIN -- it's;;
      SET @a = "x;;'"; /* ;; ' */ SET @b = '\\';;'; # ;;
    END`
    const text = `delimiter ;;\n${body};;\nDELIMITER ;\nSET @c = 1;/*!50003 CREATE*/ /*!50003 TRIGGER t2 /* a ' */ x*/;`
    expect(eventsOf(text)).toEqual([
      `13 skipped {"kind":"trigger","name":"t1","placeholder":false} ${body.length}`,
      expect.stringMatching(/statement SET @c = 1$/),
      expect.stringMatching(/skipped \{"kind":"trigger","name":"t2","placeholder":false\} 51$/),
      'end 0 0',
    ])
    for (const size of [1, 2, 5]) expect(scan(Buffer.from(text), [size]).events).toEqual(eventsOf(text))
  })

  it.each([
    ['INSERT INTO t VALUES (1),(2)', 'failed truncated at 28: the dump ends inside an INSERT'],
    ["INSERT INTO t VALUES (1,'x", 'failed truncated at 26: the dump ends inside an INSERT'],
    ['INSERT INTO t (a', 'failed truncated at 16: the dump ends inside a statement or comment'],
    ['SET @a = 1;CREATE TABLE t (', 'failed truncated at 27: the dump ends inside a statement or comment'],
    ['SET @a = 1; /* not closed', 'failed truncated at 25: the dump ends inside a statement or comment'],
    ['SET @a = 1;\nINSE', 'failed truncated at 16'],
    ['SET @a = 1;\nDELIMITER', 'failed truncated at 21'],
    ['SET @a = 1;\nDELIMITER\n', 'failed malformed at 12: DELIMITER without a delimiter'],
    ['INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1;', 'failed malformed at 25: neither a row nor'],
    ['INSERT INTO t VALUES (1),;', 'failed malformed at 25: an INSERT ends after a comma'],
    ['INSERT INTO t VALUES (1)(2);', 'failed malformed at 24'],
    ['INSERT INTO t VALUES (1,,2);', 'failed malformed at 21: a row cannot be read'],
    ['INSERT INTO t VALUES (1 -- c\n);', 'failed malformed at 21: a row cannot be read'],
    [
      'INSERT INTO t VALUES (1);\nmysqldump: Error 2013: Lost connection\n',
      'failed dump-failed at 26: mysqldump: Error',
    ],
    ["SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES');", 'failed setting at 0: sql_mode is set to an'],
    ['%PDF-1.7\n', 'failed not-sql at 0: no statement starts with "%PDF-1.7"'],
    ['id,name\n1,Ann\n', 'failed not-sql at 0: no statement starts with "id,name"'],
    ['\u0000\u0001', 'failed not-sql at 0'],
    ['', 'failed not-sql at 0: there is no statement in it'],
    ['# a comment\n', 'failed not-sql at 12: there is no statement in it'],
  ])('fails on %j', (text, failure) => {
    const last = eventsOf(text).at(-1)
    expect(last?.startsWith(failure) ? failure : last).toBe(failure)
    for (const size of [1, 4]) expect(scan(Buffer.from(text), [size]).events).toEqual(eventsOf(text))
  })

  it('goes on saying that it failed', () => {
    const scanner = new StatementScanner()
    scanner.feed(Buffer.from('???;SET @a = 1;\n'))
    expect([scanner.next(), scanner.next()]).toEqual([DumpEvent.failed, DumpEvent.failed])
  })

  it('passes over warnings of the tool that were written into the file', () => {
    const text =
      'mysqldump: [Warning] Using a password on the command line interface can be insecure.\n' +
      'Warning: A partial dump from a server that has GTIDs \n-- MySQL dump 10.13\nSET @a = 1;\n-- Dump completed'
    expect(eventsOf(text).map((event) => event.replace(/^\d+ /, ''))).toEqual(['statement SET @a = 1', 'end 1 1'])
  })

  it('holds to its limits wherever the dump is cut', () => {
    const long = `SET @a = '${'x'.repeat(2000)}';`
    const row = `INSERT INTO t VALUES (1),('${'x'.repeat(2000)}');`
    for (const size of [1, 100, 5000]) {
      const statement = scan(Buffer.from(long), [size], { maxStatementBytes: 1000 }).events
      expect(statement).toEqual(['failed too-long at 0: a statement is longer than 1000 bytes'])
      const events = scan(Buffer.from(row), [size], { maxRowBytes: 1000 }).events
      expect(events.at(-1)).toBe('failed too-long at 25: a row is longer than 1000 bytes')
      expect(events).toHaveLength(3)
    }
  })

  it('reads a row of many megabytes in small pieces without going over it again', () => {
    const scanner = new StatementScanner()
    const piece = Buffer.alloc(64 * 1024, "it\\'s 'quoted'' text ".replace("'q", 'q'))
    scanner.feed(Buffer.from("INSERT INTO t VALUES (1,'"))
    expect(scanner.next()).toBe(DumpEvent.insertStart)
    const startedAt = performance.now()
    for (let count = 0; count < 1024; count++) {
      scanner.feed(piece)
      expect(scanner.next()).toBe(DumpEvent.needMore)
    }
    // 64 MiB: going over it again for each piece would be 32 GiB.
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    scanner.feed(Buffer.from("',0x"))
    scanner.feed(Buffer.from('41'.repeat(10)))
    scanner.feed(Buffer.from(');'))
    expect(scanner.next()).toBe(DumpEvent.row)
    expect(scanner.valueCount).toBe(3)
    expect(scanner.values[valueStride + 2]).toBe(64 * 1024 * 1024)
    expect(cell(scanner, 2)?.toString()).toBe('A'.repeat(10))
    expect(scanner.next()).toBe(DumpEvent.insertEnd)
  })

  it('gives up the memory of a long row once it is done with', () => {
    const scanner = new StatementScanner()
    scanner.feed(Buffer.from(`INSERT INTO t VALUES ('${'x'.repeat(20_000_000)}');`))
    while (scanner.next() !== DumpEvent.needMore);
    expect(scanner.bytes.length).toBeGreaterThan(20_000_000)
    scanner.feed(Buffer.from('SET @a = 1;'))
    expect(scanner.next()).toBe(DumpEvent.statement)
    expect(scanner.bytes.length).toBeLessThan(1_000_000)
  })
})

/** Escapes as `mysql_real_escape_string` does in a character set without multi-byte letters that end in a backslash. */
function escape(bytes: Uint8Array): Buffer {
  const letters: Record<number, number> = { 0: 0x30, 10: 0x6e, 13: 0x72, 26: 0x5a, 0x22: 0x22, 0x27: 0x27, 0x5c: 0x5c }
  return Buffer.from([...bytes].flatMap((byte) => (letters[byte] === undefined ? [byte] : [0x5c, letters[byte]])))
}

describe('StatementScanner, for any input', () => {
  const nasty = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .array(fc.constantFrom(...Buffer.from(`'"\\\`,();\n\0%_é-/* `)), { maxLength: 30 })
      .map((bytes) => Uint8Array.from(bytes)),
  )
  const value = fc.oneof(
    fc.constant(null),
    nasty.map((bytes) => ({ bytes, written: Buffer.concat([Buffer.from("'"), escape(bytes), Buffer.from("'")]) })),
    nasty.map((bytes) => ({
      bytes,
      written: Buffer.concat([Buffer.from("_binary '"), escape(bytes), Buffer.from("'")]),
    })),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => ({
      bytes,
      written: Buffer.from(`0x${Buffer.from(bytes).toString('hex').toUpperCase()}`),
    })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map((number) => ({
      bytes: Buffer.from(String(number)),
      written: Buffer.from(String(number)),
    })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => ({
      bytes: Buffer.from(String(number)),
      written: Buffer.from(String(number)),
    })),
  )
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 })

  it('gives back the cells of an INSERT as the tools write it', () => {
    const table = fc.array(fc.array(value, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(table, sizes, fc.constantFrom('', ' ', '\n'), (rows, pieces, space) => {
        const text = rows.map((row) => {
          const cells = row.map((written) => (written === null ? 'NULL' : written.written.toString('latin1')))
          return `(${cells.join(`${space},`)}${space})`
        })
        const scanner = new StatementScanner()
        const found: (string | null)[][] = []
        let dump: Buffer = Buffer.from(`INSERT INTO \`t\` VALUES ${text.join(',')};\n`, 'latin1')
        for (let turn = 0; ;) {
          const event = scanner.next()
          if (event === DumpEvent.end) break
          if (event === DumpEvent.failed) throw new Error(scanner.failure?.message)
          if (event === DumpEvent.row) {
            const cells = Array.from({ length: scanner.valueCount }, (_, index) => cell(scanner, index))
            found.push(cells.map((bytes) => bytes?.toString('hex') ?? null))
          }
          if (event !== DumpEvent.needMore) continue
          if (dump.length === 0) scanner.end()
          const size = pieces[turn++ % pieces.length]!
          scanner.feed(dump.subarray(0, size))
          dump = dump.subarray(size)
        }
        expect(found).toEqual(
          rows.map((row) => row.map((written) => (written && Buffer.from(written.bytes).toString('hex')) ?? null)),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('gives the same events wherever it is cut, also for what is no dump', () => {
    const fragments = (
      `INSERT INTO t VALUES ~REPLACE t (a,\`b\`) VALUES ~(1,~'a'~_binary '~0x4A~x'~b'1'~)~,~(~;~'~"~\`~\\~\n~ ~-- ~--~#~/*~*/~` +
      `/*!50001 ~/*!999999~/*M!100301 ~CREATE TABLE t ~NULL~DEFAULT~DELIMITER ;;\n~DELIMITER ;\n~;;~SET sql_mode='ANSI';~` +
      `SET sql_mode='NO_BACKSLASH_ESCAPES';~SET NAMES gbk;~\x95\\~SET sql_mode='';~\xD5~-1.5e3~-~+~.~e~mysqldump: ~now()~_~n~` +
      'CREATE VIEW v AS SELECT 1 AS a'
    ).split('~')
    const fragment = fc.constantFrom(...fragments)
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 25 }), sizes, (chosen, pieces) => {
        const dump = Buffer.from(chosen.join(''), 'latin1')
        const { events, cursors } = scan(dump)
        expect(scan(dump, [1]).events).toEqual(events)
        expect(scan(dump, pieces).events).toEqual(events)
        for (const [index, from] of cursors.entries()) {
          expect(scan(dump, pieces, { from }).events).toEqual(events.slice(index + 1))
        }
      }),
      { numRuns: 1500 },
    )
  })
})
