import { expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { startEngine } from '../support/engines/start-engine.ts'
import { exerciseFault, exerciseFaults, seeded, untilReading } from './exercise-faults.ts'

describeEngines(['mongojava', 'postgres15'], 'mongo-java-server that goes away under a run', () => {
  exerciseFaults('mongojava')

  it('is read from its beginning again where there is no order of keys to go on in (case 7)', async () => {
    await using source = await seeded(engineUrl('mongojava'))
    await source.db.collection('t').dropIndex('_id_')
    const { attempts } = await exerciseFault(source.url, (proxy) => proxy.cut(), untilReading)
    expect(attempts).toBeGreaterThan(1)
  })
})

describeEngines(['ferretdb', 'postgres15'], 'FerretDB that goes away under a run', () => {
  exerciseFaults('ferretdb')
})

describeEngines(['ferretdb', 'postgres15'], 'FerretDB that is restarted under a run', () => {
  it('is come back to with its data (case 7)', async () => {
    await using engine = await startEngine('ferretdb')
    await using source = await seeded(engine.url)
    const { attempts } = await exerciseFault(source.url, async () => await engine.restart())
    expect(attempts).toBeGreaterThan(1)
  })
})
