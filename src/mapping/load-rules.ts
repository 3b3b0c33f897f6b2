import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { TransloadError } from '../errors/transload-error.ts'
import type { Plain } from '../model/plain.ts'
import type { RuleSet } from './decide.ts'
import { type MappingDocument, mappingSchema } from './document.ts'

/** The package's own mapping files lie beside `src` and `dist`. */
const folder = new URL('../../mappings/', import.meta.url)

/**
 * The rules for a pair of engines: the user's own first, then what the pair does better, then each engine's. How values
 * are read is only the source's affair, how they are written only the target's.
 * @throws TL_C105 where nobody has written the pair's rules; TL_C102 where a document is not valid.
 */
export async function loadRules(sourceEngine: string, targetEngine: string, own: Plain | undefined): Promise<RuleSet> {
  const user = own === undefined ? undefined : parseMapping(own, 'the mapping')
  const pair = await readBuiltIn(`${sourceEngine}-to-${targetEngine}`, false)
  const source = await readBuiltIn(sourceEngine, true)
  const target = await readBuiltIn(targetEngine, true)
  const all = [user, pair, source, target].filter((document) => document !== undefined)
  return {
    types: all.flatMap((document) => document.types ?? []),
    read: [user, pair, source].flatMap((document) => document?.read ?? []),
    write: [user, pair, target].flatMap((document) => document?.write ?? []),
    policies: all.flatMap((document) => document.policies ?? []),
  }
}

async function readBuiltIn(name: string, required: boolean): Promise<MappingDocument | undefined> {
  const text = await readText(new URL(`${name}.yaml`, folder))
  if (text !== undefined) return parseMapping(parse(text) as Plain, `mappings/${name}.yaml`)
  if (!required) return undefined
  throw new TransloadError('TL_C105', {
    reason: `There is no mapping for ${name}`,
    cure: 'Give one with mapping: FILE.',
  })
}

async function readText(file: URL): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** @throws TL_C102 naming the place. */
export function parseMapping(document: unknown, file: string): MappingDocument {
  const result = mappingSchema.safeParse(document)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new TransloadError('TL_C102', {
    file,
    place: issue?.path.join('.') ?? '',
    reason: issue?.message ?? 'it is not a mapping',
    cure: 'See docs/mapping.md for what a mapping may say.',
  })
}
