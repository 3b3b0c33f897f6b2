import { describeEngines } from '../support/engines/describe-engines.ts'
import { exerciseAppend } from './exercise-append.ts'

describeEngines(['mongojava', 'postgres15'], 'rows that come to documents of mongo-java-server', () => {
  exerciseAppend('mongojava', 5_000)
})
