import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import { TransloadError } from '../../errors/transload-error.ts'
import type { PostgresSettings } from './config.ts'

/**
 * The ways to try in turn, `false` being without TLS, as libpq's sslmode says. With `require` and a root certificate the
 * server's is checked against it, which libpq does as well; without one `verify-ca` and `verify-full` trust what Node
 * trusts. A socket in the file system has no TLS.
 *
 * @throws TL_C103 where a file of the URL cannot be read
 */
export async function tlsAttempts(settings: PostgresSettings): Promise<readonly (ConnectionOptions | false)[]> {
  if (settings.sslMode === 'disable' || settings.host.startsWith('/')) return [false]
  const isVerified = settings.sslMode.startsWith('verify-')
  const hasRoot = settings.sslRootCert !== undefined && settings.sslRootCert !== 'system'
  const secure: ConnectionOptions = {
    rejectUnauthorized: isVerified || (settings.sslMode === 'require' && hasRoot),
    // verify-ca asks who signed the certificate, not whose it is.
    ...(settings.sslMode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...(hasRoot ? { ca: await readPem(settings, settings.sslRootCert) } : {}),
    ...(settings.sslCert === undefined ? {} : { cert: await readPem(settings, settings.sslCert) }),
    ...(settings.sslKey === undefined ? {} : { key: await readPem(settings, settings.sslKey) }),
  }
  if (settings.sslMode === 'allow') return [false, secure]
  return settings.sslMode === 'prefer' ? [secure, false] : [secure]
}

async function readPem(settings: PostgresSettings, path: string | undefined): Promise<string> {
  try {
    return await readFile(path ?? '', 'utf8')
  } catch (error) {
    const cure = 'Name a PEM file that can be read.'
    throw new TransloadError('TL_C103', { url: settings.label, reason: `${path} cannot be read`, cure }, error)
  }
}
