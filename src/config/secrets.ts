import { resolveSecrets, type SecretPlaces } from './resolve-secrets.ts'

/** Finds secrets by their references, each once. */
export class Secrets {
  readonly #places: SecretPlaces
  readonly #found = new Map<string, string>()

  constructor(places: SecretPlaces) {
    this.#places = places
  }

  /** The secret that `${env:NAME}` or `${file:PATH}` stands for. @throws TL_C106 naming what is not there */
  readonly of = async (reference: string): Promise<string> => {
    const known = this.#found.get(reference)
    if (known !== undefined) return known
    const secret = await resolveSecrets(reference, this.#places)
    this.#found.set(reference, secret)
    return secret
  }

  /** Those that were found until now: none of them is to be printed. */
  get found(): readonly string[] {
    return [...this.#found.values()]
  }
}
