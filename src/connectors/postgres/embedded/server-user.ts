import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Whom the server runs as, where that is somebody else. */
export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * PostgreSQL refuses to run as root. Then it runs as whoever owns the data directory already, else as `postgres` where
 * there is such a user, else as `nobody`: no user is made. Undefined where this process may run it as it is.
 */
export function findServerUser(dataDirectory: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const owner = statSync(dataDirectory, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { name: nameOf(owner.uid), uid: owner.uid, gid: owner.gid }
  return lookUp('postgres') ?? lookUp('nobody')
}

/**
 * The first directory on the way to `path` that the user may not pass, going by owner, group and mode; undefined where
 * the way is free. A part that does not exist is no obstacle.
 */
export function unreachablePart(path: string, user: ServerUser): string | undefined {
  const ways = [path]
  for (let part = path; part !== dirname(part); part = dirname(part)) ways.unshift(dirname(part))
  return ways.find((part) => {
    const status = statSync(part, { throwIfNoEntry: false })
    if (!status?.isDirectory()) return false
    const pass = status.uid === user.uid ? 0o100 : status.gid === user.gid ? 0o010 : 0o001
    return (status.mode & pass) === 0
  })
}

function lookUp(name: string): ServerUser | undefined {
  try {
    const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
    return { name, uid: id('-u'), gid: id('-g') }
  } catch {
    // id ends with 1 for a user that is not there.
    return undefined
  }
}

function nameOf(uid: number): string {
  try {
    return execFileSync('id', ['-un', String(uid)], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    // An owner from another system's user list: the number has to do.
    return String(uid)
  }
}
