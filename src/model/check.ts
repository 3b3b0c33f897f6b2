/** What a validation compares, the cheapest first; each has a switch. A contract: people write these names. */
export const checkNames = ['schema', 'rows', 'nulls', 'orphans', 'unique', 'ranges', 'contents'] as const

export type CheckName = (typeof checkNames)[number]

/** Checks of which somebody says whether they are made. */
export type CheckSwitches = { readonly [name in CheckName]?: boolean | undefined }

/** What became of a check: `implied` is proved by another one, `impossible` cannot be made between these ends. */
export interface CheckState {
  readonly state: 'checked' | 'off' | 'implied' | 'impossible'
  /** Why it is not `checked`, for people. */
  readonly reason?: string | undefined
}

export type CheckStates = { readonly [name in CheckName]: CheckState }
