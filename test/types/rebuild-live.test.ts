import { describeEngines } from '../support/engines/describe-engines.ts'
import { exerciseRebuildLive } from './exercise-rebuild-live.ts'

describeEngines(['mongojava', 'postgres15'], 'documents of mongo-java-server', () => {
  exerciseRebuildLive('mongojava', { collectionCount: 6, documentCount: 20, taken: 0.5 })
})
