/** The engines that tests can ask for. One that has no connector yet is not listed, and so is never started. */
export const engineNames = ['postgres15', 'embedded18', 'mysql9', 'mariadb', 'mongojava', 'ferretdb'] as const

export type EngineName = (typeof engineNames)[number]
/** Those that speak SQL. */
export type SqlFamily = 'postgres' | 'mysql'
export type EngineFamily = SqlFamily | 'mongo'

export function isEngineName(name: string): name is EngineName {
  return (engineNames as readonly string[]).includes(name)
}
