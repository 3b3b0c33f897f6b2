import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { Plain } from '../../src/model/plain.ts'

/**
 * The engine's own rules for writing, to be asked first: the in-memory connector, which the suite writes from, has
 * rules for writing too, and the source's are asked before the target's.
 */
export async function targetRules(engine: string): Promise<Plain> {
  const text = await readFile(new URL(`../../mappings/${engine}.yaml`, import.meta.url), 'utf8')
  const { write } = parse(text) as { readonly write?: Plain }
  return { version: 1, write: write ?? [] }
}
