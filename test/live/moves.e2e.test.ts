import { describeEngines } from '../support/engines/describe-engines.ts'
import { exerciseMoves } from './exercise-moves.ts'

describeEngines(['mongojava', 'postgres15'], 'documents of mongo-java-server that move under a run', () => {
  exerciseMoves('mongojava')
})
