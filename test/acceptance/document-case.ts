import { EJSON } from 'bson'
import { readFileSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type DumpedCollection, writeMongoArchive, writeMongodump } from '../support/mongodump.ts'

/** Collections that others published, with what is expected of them: `expected.json` in their folder. */
export interface DocumentCase {
  readonly name: string
  /** In the order of their names. */
  readonly collections: readonly ExpectedCollection[]
}

export interface ExpectedCollection {
  readonly name: string
  /** A document of Extended JSON in each line. */
  readonly file: string
  readonly documents: number
  /** Values by path and type: `scores[].type` is a field of an array's elements. */
  readonly fieldTypes: { readonly [path: string]: { readonly [type: string]: number } }
}

interface ExpectedFile {
  readonly collections: {
    readonly [file: string]: {
      readonly documents: number
      readonly field_types: ExpectedCollection['fieldTypes']
    }
  }
}

const names = ['mongo-small-cc0', 'mongo-restaurants-nyc']

/** The cases in a folder of published data. Throws where one of them is missing: none is left out without a word. */
export function documentCases(dataFolder: string): DocumentCase[] {
  return names.map((name) => {
    const folder = join(dataFolder, name)
    const { collections } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as ExpectedFile
    return {
      name,
      collections: Object.entries(collections).map(([file, { documents, field_types: fieldTypes }]) => ({
        name: basename(file, '.json'),
        file: join(folder, file),
        documents,
        fieldTypes,
      })),
    }
  })
}

/** A way that documents come by. */
interface DocumentWay {
  readonly name: string
  /** Puts the case there, and returns the URL that it is read from. */
  readonly put: (one: DocumentCase, work: string) => Promise<string>
}

const db = 'published'

/** Files. A server is one more: `put` writes the case's documents into a database of it, by its own client. */
export const fileWays: readonly DocumentWay[] = [
  {
    name: 'JSON lines',
    // As they were published: beside them stands what is expected.
    put: async ({ name, collections }, work) => {
      const folder = join(work, `${name}-json`)
      await mkdir(folder)
      for (const { file } of collections) await symlink(file, join(folder, basename(file)))
      return `jsonl:${folder}`
    },
  },
  {
    name: 'mongodump',
    put: async (one, work) => {
      const folder = join(work, `${one.name}-dump`)
      await writeMongodump(folder, dumped(one))
      return `mongodump:${folder}`
    },
  },
  {
    name: 'mongodump, gzip',
    put: async (one, work) => {
      const folder = join(work, `${one.name}-gzip`)
      await writeMongodump(folder, dumped(one), { isPacked: true })
      return `mongodump:${folder}`
    },
  },
  {
    name: 'archive',
    put: async (one, work) => {
      const file = join(work, `${one.name}.archive`)
      await writeMongoArchive(file, dumped(one))
      return `mongodump:${file}`
    },
  },
]

function dumped(one: DocumentCase): DumpedCollection[] {
  return one.collections.map((collection) => ({ db, name: collection.name, documents: documentsOf(collection) }))
}

/** With the types that the file's numbers have by themselves, as mongoimport makes them. */
function documentsOf({ file }: ExpectedCollection): object[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => EJSON.parse(line, { relaxed: false }) as object)
}
