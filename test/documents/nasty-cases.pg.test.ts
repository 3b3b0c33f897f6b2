import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import type { DumpForm } from './document-world.ts'
import { exerciseCases } from './exercise-cases.ts'

// Of the list of nasty inputs there are none here of a server alone: 5 (the document at the resume point is gone), 6 (one moves
// behind the cursor), 7 (a failover), 8 (kinds of collections). Files have no such thing: they are in test/live, where all of
// these are moved from servers too. 34 and 40 are in bad-dumps.pg, 37 and 39 are measured in memory.full.

function exerciseDump(target: EngineName, form: DumpForm, fidelity: 'convenient' | 'lossless'): void {
  exerciseCases({
    target,
    fidelity,
    from: `as ${form}`,
    put: async (world, collections) => ({
      url: await world.put(form, collections),
      // The world removes its dumps.
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
  })
}

describeEngines(['postgres15'], 'nasty documents', () => {
  exerciseDump('postgres15', 'folder', 'convenient')
  exerciseDump('postgres15', 'packed archive', 'lossless')
})
describeEngines(['embedded18'], 'nasty documents at another version', () => {
  exerciseDump('embedded18', 'archive', 'convenient')
})
