import { isEngineName, type EngineName } from './engine-name.ts'

/** The engines that the user left out with `TRANSLOAD_SKIP_ENGINES=name,…`: the only way to skip a test. */
export function skippedEngines(): readonly EngineName[] {
  const names = (process.env['TRANSLOAD_SKIP_ENGINES'] ?? '').split(',').map((name) => name.trim())
  return names
    .filter((name) => name !== '')
    .map((name) => {
      if (isEngineName(name)) return name
      throw new Error(`TRANSLOAD_SKIP_ENGINES names an unknown engine: ${name}`)
    })
}
