import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { TransloadError } from '../errors/transload-error.ts'
import { faultOf } from './as-fault.ts'
import { StageFault } from './stage-kind.ts'
import { maskKey } from './text/mask-text.ts'

/** Finds the secret that a reference, such as `${env:MASK_KEY}`, stands for. @throws TL_C106 where it is not there */
export type SecretOf = (reference: string) => Promise<string>

/** A secret key of stages. */
export interface StageKey {
  readonly bytes: Uint8Array
  /** Hexadecimal digits by which two keys are told apart, and from which no key is found sooner than from its masks. */
  readonly fingerprint: string
}

/** Keys by the references that stages have in their place; one that cannot be used is told as its stage is bound. */
export type StageKeys = ReadonlyMap<string, StageKey | StageFault>

/** The whole of an option `key`: a key that is written in the file would be stored and printed with the stage. */
export const keyReference = z
  .string()
  .regex(
    /^\$\{(env|file):[^{}]+\}$/,
    'write a reference to the secret and no more, such as ${env:MASK_KEY} or ${file:mask.key}: stages are kept in plans and printed as they are written',
  )
  .describe('The secret key, by reference: ${env:NAME} or ${file:PATH}, 16 bytes or more.')

const fingerprintBytes = 8

/** Bytes of memory are 128 × N × r: 16 MiB, so that trying out keys costs more by fingerprints than by masks. */
const cost = { N: 16_384, r: 8, p: 1 }

/** Takes in one more key, unless it is known. */
export async function loadKey(
  keys: Map<string, StageKey | StageFault>,
  reference: string,
  secretOf: SecretOf,
): Promise<void> {
  if (keys.has(reference)) return
  const secret = await secretOf(reference)
  try {
    const bytes = maskKey(secret)
    keys.set(reference, { bytes, fingerprint: await fingerprintOf(bytes) })
  } catch (error) {
    const fault = faultOf(['key'], error)
    if (!(fault instanceof StageFault)) throw error
    keys.set(reference, fault)
  }
}

/** The key that a reference stands for. @throws StageFault where it is none */
export function keyOf(keys: StageKeys, reference: string): StageKey {
  const found = keys.get(reference)
  if (found instanceof StageFault) throw found
  if (found === undefined) throw new TransloadError('TL_X901', { reason: 'a key was not loaded before it was used' })
  return found
}

async function fingerprintOf(key: Uint8Array): Promise<string> {
  const derive = promisify<Uint8Array, string, number, typeof cost, Buffer>(scrypt)
  return (await derive(key, 'transload key fingerprint', fingerprintBytes, cost)).toString('hex')
}
