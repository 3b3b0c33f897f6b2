import { describeEngines } from '../support/engines/describe-engines.ts'
import { exerciseNastyCases } from './exercise-nasty-cases.ts'

describeEngines(['ferretdb', 'postgres15'], 'nasty documents of FerretDB', () => {
  exerciseNastyCases('ferretdb', [])
})
