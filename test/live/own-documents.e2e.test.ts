import { describeEngines } from '../support/engines/describe-engines.ts'
import { awkwardKeys, isForeignToJava } from '../support/mongo-keys.ts'
import { exerciseOwnDocuments } from './exercise-own-documents.ts'

describeEngines(['mongojava', 'postgres15'], 'documents from mongo-java-server to mongo-java-server', () => {
  exerciseOwnDocuments({ engine: 'mongojava', keys: awkwardKeys.filter((key) => !isForeignToJava(key)) })
})
