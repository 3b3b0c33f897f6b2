import { describeEngines } from '../support/engines/describe-engines.ts'
import { exerciseAppend } from './exercise-append.ts'

describeEngines(['ferretdb', 'postgres15'], 'rows that come to documents of FerretDB', () => {
  exerciseAppend('ferretdb', 20_000)
})
