import { cutOff } from '../errors.ts'
import { ArchiveReader } from '../archive-reader.ts'
import { assertSameFile, type DumpedFile } from './dump-files.ts'
import type { DumpCollection, DumpContents, DumpOther } from './dump-contents.ts'
import { dumpVersion } from './dump-version.ts'
import { notRead, withoutDoubles } from './not-read.ts'
import { parseMetadata } from './read-metadata.ts'

/**
 * What an archive says of itself at its beginning: nothing behind that is read.
 * @throws TL_S207, TL_S208 where that is cut off, or none
 */
export async function readArchive(file: DumpedFile, signal: AbortSignal): Promise<DumpContents> {
  const { label, path } = file
  await using reader = await ArchiveReader.open(label, path)
  while (!reader.hasPrelude) {
    if (!(await reader.fill(signal))) throw cutOff(label, 'it ends before it has said what is in it')
    reader.next()
  }
  const collections: DumpCollection[] = []
  const others: DumpOther[] = []
  for (const { db, collection, metadata: text, type, size } of reader.collections) {
    const name = { schema: db, name: collection }
    const told = parseMetadata(`${label}, ${db}.${collection}`, Buffer.from(text))
    const metadata = told === undefined || told.type !== '' ? told : { ...told, type }
    const other = notRead(name, metadata)
    if (other !== undefined) {
      others.push(other)
      continue
    }
    collections.push({
      name,
      metadata,
      byteSize: size,
      isPacked: true,
      open: async (from) => {
        await assertSameFile(file)
        return await ArchiveReader.open(label, path, name, from)
      },
    })
  }
  const { serverVersion, toolVersion } = reader.header ?? {}
  return {
    version: dumpVersion(serverVersion, toolVersion),
    collections,
    others: withoutDoubles(others),
    files: [file],
  }
}
