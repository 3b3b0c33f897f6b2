import { realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Endpoint } from '../../../contract/connector.ts'
import { TransloadError } from '../../../errors/transload-error.ts'

/** Files of documents. */
export interface DumpSettings {
  readonly label: string
  /** Absolute. */
  readonly path: string
  /** What mongodump has written, or Extended JSON. */
  readonly kind: 'mongodump' | 'jsonl'
}

const cures = {
  mongodump:
    'Write mongodump:PATH: the folder that mongodump wrote, a .bson file of it, or an archive (--archive=PATH).',
  jsonl:
    'Write jsonl:PATH: a file of Extended JSON (.jsonl, .json, .ndjson, packed with gzip or not), or a folder of such.',
} as const

/**
 * `mongodump:PATH`, where everything behind the colon is the path as it is. One that begins with `~/` is in the user's home,
 * since no shell looks behind the colon. @throws TL_C103
 */
export function parseMongodumpUrl(url: string): Endpoint {
  return parse(url, 'mongodump')
}

/** `jsonl:PATH`, as {@link parseMongodumpUrl}. @throws TL_C103 */
export function parseJsonlUrl(url: string): Endpoint {
  return parse(url, 'jsonl')
}

function parse(url: string, kind: DumpSettings['kind']): Endpoint {
  const colon = url.indexOf(':')
  const path = url.slice(colon + 1)
  if (url.slice(0, Math.max(colon, 0)).toLowerCase() !== kind || path === '') refuse(url, kind, 'it names no file')
  if (path === '-')
    refuse(url, kind, 'standard input can be read only once, and documents are looked at before they are copied')
  if (path.includes('\0')) refuse(url, kind, 'a path has no NUL')
  const absolute = resolve(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path)
  const label = `${kind}:${absolute}`
  const settings: DumpSettings = { label, path: absolute, kind }
  return { engine: 'mongodb', label, identity: `${kind}:${realPath(absolute)}`, settings }
}

/** One file has one, whatever links lead to it. What is not there, or cannot be looked at, is told of when it is opened. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}

function refuse(url: string, kind: DumpSettings['kind'], reason: string): never {
  throw new TransloadError('TL_C103', { url, reason, cure: cures[kind] })
}
