import type { Document } from 'mongodb'
import type { MongoConnection } from './client.ts'
import type { CursorReply } from './document-list.ts'
import type { Asking, CollectionName } from './replies.ts'

/** A cursor in the server for each of some commands, one after the other. */
export class AskByCursor implements Asking {
  readonly session
  readonly #connection: MongoConnection
  readonly #collection: CollectionName
  readonly #commands: Document[]
  /** What the server calls it that the cursor is of. */
  #name: string
  #id = 0n

  /** @param commands `find`, `aggregate` and the like, without the size of a batch */
  constructor(connection: MongoConnection, collection: CollectionName, commands: readonly Document[]) {
    this.#connection = connection
    this.#collection = collection
    this.#commands = [...commands]
    this.#name = collection.name
    this.session = connection.startSession()
  }

  next(batchSize: number): Document | undefined {
    if (this.#id !== 0n) return { getMore: this.#id, collection: this.#name, batchSize }
    const command = this.#commands.shift()
    if (command === undefined) return undefined
    const isFind = 'find' in command
    return {
      ...command,
      ...(isFind ? { batchSize } : { cursor: { batchSize } }),
      ...(isFind || 'aggregate' in command ? this.#connection.readConcernOption : {}),
    }
  }

  heed({ id, name }: CursorReply): void {
    this.#id = id
    if (name !== undefined) this.#name = name
  }

  /** Ends the cursor in the server. */
  end(): void {
    const id = this.#id
    this.#id = 0n
    this.#connection.letGo(this.#collection.db, this.#name, id, this.session)
  }
}
