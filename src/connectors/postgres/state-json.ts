import { TransloadError } from '../../errors/transload-error.ts'

/** Undefined for NULL. @throws TL_K504 for what is no JSON */
export function parseJson<T>(text: string | null | undefined): T | undefined {
  if (text === null || text === undefined) return undefined
  try {
    return JSON.parse(text) as T
  } catch (error) {
    throw new TransloadError('TL_K504', { reason: 'a value of it is no JSON' }, error)
  }
}
