import { expect } from 'vitest'
import type { LawGroup } from './law.ts'
import { openSource, openTarget } from './open-ends.ts'

/** What an endpoint may say of itself. */
export const naming: LawGroup = {
  title: 'endpoints',
  laws: [
    {
      name: 'keeps user and secret out of label and identity, and the password out of errors',
      needs: ['network'],
      exercise: async ({ connector, world }) => {
        const url = new URL(world.url)
        url.username = 'somebody'
        url.password = 's3cret-of-all'
        const endpoint = connector.parseUrl(url.href)
        expect(`${endpoint.label} ${endpoint.identity}`).not.toMatch(/somebody|s3cret/)
        url.username = 'another'
        expect(connector.parseUrl(url.href).identity).toBe(endpoint.identity)
        url.port = '1'
        const open =
          connector.openSource === undefined ? openTarget(connector, url.href) : openSource(connector, url.href)
        const error: unknown = await open.catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(Error)
        expect(String(error)).not.toContain('s3cret')
      },
    },
    {
      name: 'has one identity for one database, and another for another',
      needs: [],
      exercise: async ({ connector, harness, world }) => {
        await using other = await harness.start()
        expect(connector.parseUrl(world.url).identity).toBe(connector.parseUrl(world.url).identity)
        expect(connector.parseUrl(world.url).identity).not.toBe(connector.parseUrl(other.url).identity)
        expect(connector.parseUrl(world.url).engine).toBe(connector.engine)
      },
    },
    {
      name: 'refuses a URL that is not its own',
      needs: [],
      exercise: ({ connector }) => {
        expect(() => connector.parseUrl('nobody://knows/this')).toThrow('TL_C103')
        return Promise.resolve()
      },
    },
  ],
}
