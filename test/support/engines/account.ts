import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { once } from 'node:events'

/** Whom a server runs as. Absent: as ourselves. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

const runsAsRoot = process.getuid?.() === 0

/** The first of the accounts that this machine has. PostgreSQL refuses to run as root, so nobody is always asked. */
export async function accountOf(names: readonly string[]): Promise<Account | undefined> {
  if (!runsAsRoot || names.length === 0) return undefined
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of names) {
    const entry = entries.find(([login]) => login === name)
    if (entry !== undefined) return { uid: Number(entry[2]), gid: Number(entry[3]) }
  }
  throw new Error(`none of the accounts ${names.join(', ')} exists, and the server refuses to run as root`)
}

/** Whether the account can run the program: a checkout under a closed home cannot be reached by it. */
export async function canRun(program: string, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return isExecutable(program)
  const child = spawn('test', ['-x', program], { ...account, stdio: 'ignore', cwd: '/' })
  const [code] = (await once(child, 'close')) as [number | null]
  return code === 0
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
