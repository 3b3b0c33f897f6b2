import { describeEngines } from '../support/engines/describe-engines.ts'
import { exerciseRoundTrip } from './exercise-round-trip.ts'

describeEngines(['ferretdb', 'postgres15'], 'tables to FerretDB and back', () => {
  exerciseRoundTrip('ferretdb')
})
