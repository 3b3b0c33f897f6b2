import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A database that others published, with what is expected of it: `expected.json` in its folder. */
export interface AcceptanceCase {
  readonly name: string
  readonly folder: string
  readonly expected: Expected
  /** Its SQL files, in the order of their names. */
  readonly files: readonly string[]
}

export interface Expected {
  readonly rows: number
  readonly row_counts: { readonly [table: string]: number }
  readonly objects: {
    readonly primary_keys: number
    readonly unique_constraints: number
    readonly foreign_keys: number
    readonly indexes_all: number
  }
  readonly columns: readonly {
    readonly table: string
    readonly column: string
    readonly type: string
    readonly nullable: 'YES' | 'NO'
    readonly default: string | null
  }[]
  readonly checksums: {
    readonly tables: {
      readonly [table: string]: {
        readonly rows: number
        /** Values that are not NULL, and the hash of them all; absent where the type has none. */
        readonly columns: { readonly [column: string]: readonly [number, string | null] }
      }
    }
  }
}

const names = ['sakila-mysql', 'chinook-mysql', 'employees-small-mysql']

/** The cases in a folder of published data. Throws where one of them is missing: none is left out without a word. */
export function acceptanceCases(dataFolder: string): AcceptanceCase[] {
  return names.map((name) => {
    const folder = join(dataFolder, name)
    if (!existsSync(folder)) throw new Error(`${folder} is not there`)
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected
    const files = readdirSync(folder)
      .filter((file) => file.endsWith('.sql'))
      .toSorted()
    return { name: name.replace('-mysql', ''), folder, expected, files: files.map((file) => join(folder, file)) }
  })
}
