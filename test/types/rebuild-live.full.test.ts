import { describeEngines } from '../support/engines/describe-engines.ts'
import { exerciseRebuildLive } from './exercise-rebuild-live.ts'

describeEngines(['ferretdb', 'postgres15'], 'documents of FerretDB', () => {
  exerciseRebuildLive('ferretdb', { collectionCount: 12, documentCount: 100, taken: 0.95 })
})
