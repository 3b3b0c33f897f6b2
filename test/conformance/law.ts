import type { Connector } from '../../src/contract/connector.ts'
import type { CanonicalKind } from '../../src/model/canonical-type.ts'
import type { Harness, World } from '../support/harness.ts'

/** What a connector or its harness must have for a law to mean anything. */
export type Need = 'source' | 'target' | 'network' | 'snapshot' | 'resumable' | 'parallel' | `type ${CanonicalKind}`

/** What a law is exercised on: an empty database of its own. */
export interface Scene {
  readonly connector: Connector
  readonly harness: Harness
  readonly world: World
}

/** One promise of the contract (src/contract), as a test. */
export interface Law {
  readonly name: string
  readonly needs: readonly Need[]
  readonly timeoutMs?: number | undefined
  readonly exercise: (scene: Scene) => Promise<void>
}

export interface LawGroup {
  readonly title: string
  readonly laws: readonly Law[]
}

export function has(need: Need, connector: Connector, harness: Harness): boolean {
  switch (need) {
    case 'source':
      return connector.openSource !== undefined
    case 'target':
      return connector.openTarget !== undefined
    case 'network':
      return harness.hasNetwork
    case 'snapshot':
      return harness.source?.consistency === 'snapshot'
    case 'resumable':
      return harness.source?.resumable === true
    case 'parallel':
      return harness.source?.parallel === true
    default:
      return harness.types.some(({ type }) => `type ${type.kind}` === need)
  }
}
