import { describeEngines } from '../support/engines/describe-engines.ts'
import { exerciseMoves } from './exercise-moves.ts'

describeEngines(['ferretdb', 'postgres15'], 'documents of FerretDB that move under a run', () => {
  exerciseMoves('ferretdb')
})
