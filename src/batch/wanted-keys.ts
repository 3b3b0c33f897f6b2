import type { RowKey } from '../model/loss.ts'

/** Keys of rows, by the very texts that reports have of them, to be looked for among others. */
export class WantedKeys {
  /** Names of a key's columns → the keys with these columns, as one text each. */
  readonly #byNames = new Map<string, { readonly names: readonly string[]; readonly keys: Set<string> }>()

  constructor(keys: readonly RowKey[]) {
    for (const key of keys) {
      const names = Object.keys(key).toSorted()
      const id = JSON.stringify(names)
      const known = this.#byNames.get(id) ?? { names, keys: new Set<string>() }
      known.keys.add(textOf(names, key))
      this.#byNames.set(id, known)
    }
  }

  /** @param key May have more columns than those that are wanted */
  has(key: RowKey): boolean {
    for (const { names, keys } of this.#byNames.values()) if (keys.has(textOf(names, key))) return true
    return false
  }
}

function textOf(names: readonly string[], key: RowKey): string {
  return JSON.stringify(names.map((name) => key[name] ?? null))
}
