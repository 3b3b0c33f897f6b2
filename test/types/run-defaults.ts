import type { RunEvents, RunFlags } from '../../src/run/request.ts'

/** What a run is told where a test says nothing else. */
export const testFlags: RunFlags = {
  fresh: false,
  sourceQuiet: false,
  resumeMixed: false,
  schemaOnly: false,
  dataOnly: false,
  finishOnly: false,
  yes: true,
  validate: true,
  laneCount: 2,
  maxBytesPerSecond: undefined,
  census: 'full',
  censusLimit: 50_000_000,
}

export const quietEvents: RunEvents = {
  phase() {},
  planned() {},
  begun() {},
  committed() {},
  finished() {},
  notice() {},
  warning() {},
}
