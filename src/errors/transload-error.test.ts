import { describe, expect, it } from 'vitest'
import { TransloadError } from './transload-error.ts'
import { catalogue } from './catalogue.ts'

describe('TransloadError', () => {
  it('fills title and hint from the context and keeps the cause', () => {
    const cause = new Error('ECONNREFUSED')
    const error = new TransloadError('TL_S201', { endpoint: 'db:3306', reason: 'connection refused' }, cause)
    expect(error.message).toBe('[TL_S201] Cannot reach the source db:3306: connection refused')
    expect(error.hint).toBe('Check host, port and that the server is running.')
    expect(error.cause).toBe(cause)
    expect(error.spec.exit).toBe(3)
  })

  it('leaves a placeholder without a value to be seen', () => {
    expect(new TransloadError('TL_S201', {}).title).toContain('{endpoint}')
  })
})

describe('the catalogue', () => {
  it.each(Object.entries(catalogue))('%s has a code of its area, a title and a hint', (code, spec) => {
    expect(code).toMatch(/^TL_[CSTDKFVX]\d{3}$/)
    expect(spec.title).not.toMatch(/\.$/)
    expect(spec.hint.length).toBeGreaterThan(3)
  })
})
