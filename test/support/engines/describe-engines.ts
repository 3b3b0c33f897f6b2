import { describe } from 'vitest'
import type { EngineName } from './engine-name.ts'
import { skippedEngines } from './skipped-engines.ts'

/** `describe` for tests that need these engines. They are skipped only where the user left one of them out by name. */
export function describeEngines(names: readonly EngineName[], title: string, body: () => void): void {
  const missing = skippedEngines().filter((name) => names.includes(name))
  describe.skipIf(missing.length > 0)(title, body)
}
