import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadPipeline } from './load-pipeline.ts'
import { pipelineFileSchema } from './pipeline-file.ts'
import { YamlFile } from './yaml-file.ts'

const folder = new URL('../../pipelines/', import.meta.url).pathname
const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml') && !name.endsWith('.mapping.yaml'))

describe('the schema of a pipeline file', () => {
  // `npx vitest run --project unit src/config --update` writes it anew.
  it('is docs/json/pipeline.schema.json', async () => {
    const schema = z.toJSONSchema(pipelineFileSchema, { io: 'input' })
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../../docs/json/pipeline.schema.json')
  })
})

/** Of examples whose source is another than that of those beside them. */
const schemes: { readonly [name: string]: RegExp } = {
  'documents-to-tables.yaml': /^mongodb:\/\//,
  'tables-to-documents.yaml': /^postgres:\/\//,
}

describe('the examples', () => {
  it('are there', () => {
    expect(names.length).toBeGreaterThan(1)
  })

  it.each(names)('pipelines/%s is a pipeline, for us and for an editor', async (name) => {
    const environment = {
      MYSQL_URL: 'mysql://h/d',
      MONGODB_URL: 'mongodb://h/d',
      POSTGRES_URL: 'postgres://h/d',
      MYSQL_USER: 'u',
      MYSQL_PASSWORD: 'p',
      DOCUMENTS: 'mongodump:/backup/dump',
    }
    const flags = name === 'minimal.yaml' ? {} : { target: 'postgres://h/d' }
    const pipeline = await loadPipeline(name, flags, { environment, directory: folder })
    expect(pipeline.source).toMatch(schemes[name] ?? (name.startsWith('documents') ? /^mongodump:/ : /^mysql:\/\//))
    const schema = z.toJSONSchema(pipelineFileSchema, { io: 'input' })
    const yaml = await YamlFile.read(`${folder}${name}`, name, 'the pipeline file')
    expect(z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(yaml.value).success).toBe(true)
  })
})
