import { readFile } from 'node:fs/promises'
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { TransloadError } from '../errors/transload-error.ts'

/** A YAML document that knows where its parts stand. */
export class YamlFile {
  /** As messages call it: the path that its reader typed. */
  readonly file: string
  readonly value: unknown
  readonly #document: Document
  readonly #lines: LineCounter

  /** @throws TL_C101 with the place, and never with what the file says there: it may be a secret */
  constructor(text: string, file: string) {
    this.file = file
    this.#lines = new LineCounter()
    // A pretty error quotes the file.
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false })
    const fault = this.#document.errors[0] ?? this.#document.warnings[0]
    if (fault !== undefined) {
      const reason = `${this.#lineAndColumn(fault.pos[0])}: ${fault.message}`
      throw new TransloadError('TL_C101', { file, reason })
    }
    try {
      this.value = this.#document.toJS()
    } catch (error) {
      // Aliases that multiply.
      const reason = error instanceof Error ? error.message : String(error)
      throw new TransloadError('TL_C101', { file, reason }, error)
    }
  }

  /** @throws TL_C105 where it cannot be read, TL_C101 where it is not YAML */
  static async read(path: string, file: string, what: string): Promise<YamlFile> {
    return new YamlFile(await readText(path, file, what), file)
  }

  /** `line:column` of the value at a path, or of the last part of the path that is there. */
  place(path: readonly PropertyKey[]): string {
    for (let length = path.length; length > 0; length--) {
      const key = this.#keyOf(path.slice(0, length))
      if (key?.range) return this.#lineAndColumn(key.range[0])
    }
    return this.#lineAndColumn(this.#document.contents?.range?.[0] ?? 0)
  }

  /** The node that a reader looks for: the key in a map, the item in a list. */
  #keyOf(path: readonly PropertyKey[]): Node | undefined {
    const parent: unknown = path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true)
    const last = path.at(-1)
    if (isMap(parent)) {
      const key = parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(last))?.key
      return isScalar(key) ? key : undefined
    }
    const item: unknown = this.#document.getIn(path, true)
    return isMap(item) || isScalar(item) ? item : undefined
  }

  #lineAndColumn(position: number): string {
    const { line, col } = this.#lines.linePos(position)
    return `${line}:${col}`
  }
}

async function readText(path: string, file: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const isUrl = file.includes('://')
    throw new TransloadError(
      'TL_C105',
      {
        reason: isUrl ? `A URL is not ${what}` : `${file}, ${what}, cannot be read: ${reasonOf(code)}`,
        cure: isUrl ? 'Name it with --source or --target.' : 'Check the path.',
      },
      isUrl ? undefined : error,
    )
  }
}

function reasonOf(code: unknown): string {
  if (code === 'ENOENT') return 'it is not there'
  if (code === 'EISDIR') return 'it is a directory'
  if (code === 'EACCES') return 'reading it is not permitted'
  return String(code)
}
