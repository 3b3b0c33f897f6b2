import { describeEngines } from '../support/engines/describe-engines.ts'
import { exerciseRoundTrip } from './exercise-round-trip.ts'

describeEngines(['mongojava', 'postgres15'], 'tables to mongo-java-server and back', () => {
  exerciseRoundTrip('mongojava')
})
