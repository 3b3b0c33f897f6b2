import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { z } from 'zod'
import { TransloadError } from '../errors/transload-error.ts'
import { mappingSchema } from '../mapping/document.ts'
import { parseMapping } from '../mapping/load-rules.ts'
import { type EntryPlace, shortForms } from '../mapping/overrides.ts'
import type { Plain } from '../model/plain.ts'
import type { WriteMode } from '../model/plan.ts'
import { isStageKey } from '../transform/registry.ts'
import { withModules } from './code-modules.ts'
import { explainIssues } from './explain-issues.ts'
import type { DatasetConfig, NameRule, Pipeline, Places } from './pipeline.ts'
import { type PipelineFile, pipelineFileSchema } from './pipeline-file.ts'
import { hasReference, resolveSecrets } from './resolve-secrets.ts'
import { Secrets } from './secrets.ts'
import { shapeConfig } from './shape-config.ts'
import { YamlFile } from './yaml-file.ts'

/** What a command line says of a pipeline. It overrules the file. */
export interface PipelineFlags {
  readonly source?: string | undefined
  readonly target?: string | undefined
  readonly only?: readonly string[] | undefined
  readonly except?: readonly string[] | undefined
  readonly names?: NameRule | undefined
  readonly mode?: WriteMode | undefined
  /** Columns whose values are hidden, besides those that the file names. */
  readonly mask?: readonly string[] | undefined
}

export interface Surroundings {
  readonly environment: { readonly [name: string]: string | undefined }
  /** What relative paths on the command line are relative to. Those in a file are relative to the file. */
  readonly directory: string
}

type CheckedFile = z.output<typeof pipelineFileSchema>

/**
 * A pipeline from a file (YAML, or a module with `export default definePipeline({…})`), from an object of the same
 * shape, or from flags alone; flags overrule the rest. References to secrets are resolved: the URLs are not to be
 * printed.
 *
 * @throws TL_C101, TL_C102, TL_C105, TL_C106: all with the place and the cure, none with a secret
 */
export async function loadPipeline(
  from: string | PipelineFile | undefined,
  flags: PipelineFlags,
  { environment, directory }: Surroundings,
): Promise<Pipeline> {
  const isPath = typeof from === 'string'
  const home = isPath ? dirname(resolve(directory, from)) : directory
  const read = from === undefined ? undefined : await readFile(from, directory)
  const file = read?.checked
  const url = async (end: 'source' | 'target'): Promise<string> => {
    const given = flags[end]
    if (given !== undefined) return await resolveSecrets(given, { environment, directory })
    const written = file?.[end]
    if (written === undefined || written === '') throw nameless(end, isPath ? from : undefined)
    return await resolveSecrets(written, { environment, directory: home })
  }
  const plain = pipelineBetween(await url('source'), await url('target'))
  return {
    ...plain,
    names: flags.names ?? file?.names ?? plain.names,
    only: flags.only ?? file?.only ?? plain.only,
    except: flags.except ?? file?.except ?? plain.except,
    ...(await mappingOf(file?.mapping, home, read?.places ?? plain.places)),
    datasets: await Promise.all(
      (file?.datasets ?? []).map((dataset, place) => datasetConfig(dataset, place, home, read)),
    ),
    mode: flags.mode ?? file?.mode ?? plain.mode,
    errors: { ...file?.errors, onReject: file?.errors?.onReject ?? plain.errors.onReject },
    losses: file?.losses && { allow: file.losses.allow ?? [], others: file.losses.others ?? 0 },
    validate: {
      mode: validateMode(file?.validate?.mode) ?? plain.validate.mode,
      ...checksOf(file?.validate),
      mask: [...(file?.validate?.mask ?? []), ...(flags.mask ?? [])],
    },
    places: read?.places ?? plain.places,
    secrets: new Secrets({ environment, directory: home }),
  }
}

/** The file's own check has let nothing else through. */
function validateMode(text: string | undefined): Pipeline['validate']['mode'] | undefined {
  switch (text) {
    case undefined:
      return undefined
    case 'auto':
    case 'stream':
    case 'digest':
    case 'rebuild':
    case 'counts':
    case 'off':
      return text
    default:
      return { sample: Number(text.slice('sample='.length)) }
  }
}

function checksOf({ orphans = true, checks, relations, keys }: NonNullable<CheckedFile['validate']> = {}): Omit<
  Pipeline['validate'],
  'mode' | 'mask'
> {
  return {
    orphans: orphans && checks?.orphans !== false,
    checks,
    relations: relations?.map(({ from, to }) => ({ from: [from].flat(), to: [to].flat() })),
    keys: keys?.map((columns) => [columns].flat()),
  }
}

/** Everything there is, from one end to the other, with the built-in mapping. The URLs are taken as they are. */
export function pipelineBetween(source: string, target: string): Pipeline {
  return {
    source,
    target,
    names: 'keep',
    only: [],
    except: [],
    mapping: undefined,
    datasets: [],
    mode: 'create',
    errors: { onReject: 'continue' },
    losses: undefined,
    validate: { mode: 'auto', orphans: true, mask: [] },
    places: unplaced,
    secrets: new Secrets({ environment: {}, directory: '.' }),
  }
}

async function datasetConfig(
  {
    from,
    to,
    mode,
    columns = {},
    where,
    transform,
    discriminator,
    shape,
    fidelity,
    errors,
  }: NonNullable<CheckedFile['datasets']>[number],
  place: number,
  home: string,
  read: FileRead | undefined,
): Promise<DatasetConfig> {
  const stages = transform as readonly Plain[] | undefined
  const path = ['datasets', place, 'transform']
  const held = stages && (await withModules(stages, home, read?.places ?? unplaced, path))
  const budget = errors && { ...errors, onReject: errors.onReject ?? ('continue' as const) }
  const merged = discriminator && { ...discriminator, inKey: discriminator.inKey ?? true }
  const shaped = { shape: shapeConfig(shape), fidelity }
  return { from, to, mode, columns, where, transform: held, discriminator: merged, ...shaped, errors: budget }
}

function nameless(end: 'source' | 'target', file: string | undefined): TransloadError {
  const reason = file === undefined ? `There is no ${end}` : `${file} names no ${end}`
  const example = end === 'source' ? 'mysql://user@host/database' : 'postgres://user@host/database'
  return new TransloadError('TL_C105', { reason, cure: `Add --${end} URL, such as ${example}.` })
}

interface FileRead {
  readonly checked: CheckedFile
  readonly places: Places
}

const unplaced: Places = { file: 'the pipeline', place: pathAsPlace }

async function readFile(from: string | PipelineFile, directory: string): Promise<FileRead> {
  if (typeof from !== 'string') return { checked: check(from, unplaced), places: unplaced }
  const path = resolve(directory, from)
  if (/^\.[cm]?[jt]s$/.test(extname(from))) {
    const places = { file: from, place: pathAsPlace }
    return { checked: check(await importModule(path, from), places), places }
  }
  const yaml = await YamlFile.read(path, from, 'the pipeline file')
  // What the file says stays behind: a URL in it may have a password.
  const places = { file: from, place: (at: readonly PropertyKey[]) => yaml.place(at) }
  return { checked: check(yaml.value, yaml), places }
}

function check(document: unknown, places: Places): CheckedFile {
  assertNoProto(document, places)
  const result = pipelineFileSchema.safeParse(document)
  if (!result.success) throw explainIssues(result.error.issues, pipelineFileSchema, document, places)
  assertReferences(result.data, places)
  assertDistinct(result.data, places)
  return result.data
}

function pathAsPlace(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the top' : path.map(String).join('.')
}

async function importModule(path: string, file: string): Promise<unknown> {
  try {
    const loaded = (await import(pathToFileURL(path).href)) as { readonly default?: unknown }
    if (loaded.default !== undefined) return loaded.default
  } catch (error) {
    const reason = `${file}, the pipeline file, cannot be loaded: ${error instanceof Error ? error.message : String(error)}`
    throw new TransloadError('TL_C105', { reason, cure: 'Run it with node to see where it fails.' }, error)
  }
  throw new TransloadError('TL_C105', {
    reason: `${file}, the pipeline file, exports no pipeline`,
    cure: 'Write: export default definePipeline({…}).',
  })
}

/** A secret in a name would end up in plans and reports; in a URL, and in the key of a stage, it is kept out of them. */
function assertReferences(value: unknown, places: Places, path: readonly PropertyKey[] = []): void {
  if (typeof value === 'object' && value !== null) {
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
    for (const [key, part] of entries) assertReferences(part, places, [...path, key])
    return
  }
  const mayHold = path.length === 1 && (path[0] === 'source' || path[0] === 'target')
  if (typeof value !== 'string' || mayHold || isStageKey(path) || !hasReference(value)) return
  throw new TransloadError('TL_C102', {
    file: places.file,
    place: places.place(path),
    reason: `${path.map(String).join('.')} has a reference to a secret`,
    cure: 'Only source, target and the key of a stage may have one: everything else is printed.',
  })
}

/** Schemas pass this key over: what somebody wants of it would not be done, without a word. */
function assertNoProto(value: unknown, places: Places, path: readonly PropertyKey[] = []): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Array.isArray(value) ? [...value.entries()] : Object.entries(value)) {
    if (key !== '__proto__') {
      assertNoProto(part, places, [...path, key])
      continue
    }
    throw new TransloadError('TL_C102', {
      file: places.file,
      place: places.place([...path, key]),
      reason: 'a key cannot be __proto__',
      cure: 'Give the column another name at the source, such as by a view.',
    })
  }
}

/** The second of two entries for one table would be passed over in silence. */
function assertDistinct({ datasets = [] }: CheckedFile, places: Places): void {
  for (const [index, { from }] of datasets.entries()) {
    if (datasets.findIndex((other) => other.from === from) === index) continue
    throw new TransloadError('TL_C102', {
      file: places.file,
      place: places.place(['datasets', index]),
      reason: `datasets has ${from} twice`,
      cure: 'Put both into one.',
    })
  }
}

async function mappingOf(
  mapping: CheckedFile['mapping'],
  directory: string,
  places: Places,
): Promise<Pick<Pipeline, 'mapping' | 'mappingPlace'>> {
  if (typeof mapping === 'string') return await readMapping(mapping, directory)
  if (mapping === undefined) return { mapping: undefined }
  const placeOf: EntryPlace = (path) => ({ file: places.file, place: places.place(['mapping', ...path]) })
  const document = { ...mapping, version: 1 as const }
  shortForms(document, placeOf)
  return { mapping: document as Plain, mappingPlace: placeOf }
}

async function readMapping(name: string, directory: string): Promise<Pick<Pipeline, 'mapping' | 'mappingPlace'>> {
  const yaml = await YamlFile.read(resolve(directory, name), name, 'the mapping file')
  const result = mappingSchema.safeParse(yaml.value)
  if (!result.success) throw explainIssues(result.error.issues, mappingSchema, yaml.value, yaml)
  const document = parseMapping(yaml.value, name)
  const placeOf: EntryPlace = (path) => ({ file: name, place: yaml.place(path) })
  shortForms(document, placeOf)
  return { mapping: document as Plain, mappingPlace: placeOf }
}
