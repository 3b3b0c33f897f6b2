/** What a map has under a key. */
export interface FoundEntry {
  readonly value: string | null
  /** It is the first of its key by these, byte by byte. */
  readonly rank: string
  readonly id: string
  /** Another entry of the key and the same rank has another value. */
  readonly isAmbiguous: boolean
}

/** Ids that nobody has yet: by counting, or as many as asked for out of thin air. */
export type NewIds =
  | { readonly kind: 'count'; readonly first: number }
  | { readonly kind: 'made'; readonly ids: readonly string[] }

/** Of the values of one key that are wanted all together. */
export const maxFoundBytes = 16 * 2 ** 20

/** A run, or the last one of these plans, by their identities, that has left anything. */
export type KeyMapsOwner = { readonly run: string } | { readonly plans: readonly string[] }

/** What stages have kept, in the target: it outlives the process, and all lanes see the same. */
export interface KeyMaps {
  /** False: rows are only compared, and nothing new is kept of them. */
  readonly isWriting: boolean
  /** What was committed under each key, in the order of the keys; undefined: nothing. */
  find(map: string, keys: readonly string[], signal: AbortSignal): Promise<readonly (FoundEntry | undefined)[]>
  /**
   * All values that were committed under each key, by rank and id, in the order of the keys; undefined where they have
   * more than {@link maxFoundBytes} together.
   */
  findAll(
    map: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (readonly (string | null)[] | undefined)[]>
  /** The same value for all who claim a key in one run: the first one's. It is durable when this resolves. */
  claim(
    map: string,
    keys: readonly string[],
    values: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]>
  /**
   * The ids of keys, in their order: those that the target has had since any earlier run, and for other keys new ones,
   * which are durable when this resolves: two who ask at the same time get the same. Undefined: it has none, and nothing is written.
   *
   * @param newIds As many as keys, where they are not counted
   */
  assign(
    map: string,
    keys: readonly string[],
    newIds: NewIds,
    signal: AbortSignal,
  ): Promise<readonly (string | undefined)[]>
}
