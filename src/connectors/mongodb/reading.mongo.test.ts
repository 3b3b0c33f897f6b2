import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { exerciseMongoReading } from '../../../test/support/exercise-mongo-reading.ts'
import { awkwardKeys, isForeignToJava } from '../../../test/support/mongo-keys.ts'

describeEngines(['mongojava'], 'documents of mongo-java-server', () => {
  exerciseMongoReading({
    url: () => engineUrl('mongojava'),
    keys: awkwardKeys.filter((key) => !isForeignToJava(key)),
    largestBytes: 16 * 1024 * 1024,
  })
})
