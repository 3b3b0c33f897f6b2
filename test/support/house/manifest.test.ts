import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { projectFolder } from './project-files.ts'

interface Manifest {
  readonly engines: { readonly node: string }
  readonly dependencies: { readonly [name: string]: string }
  readonly devDependencies: { readonly [name: string]: string }
  readonly files: readonly string[]
  readonly allowScripts: { readonly [name: string]: boolean }
}

interface LockFile {
  readonly packages: { readonly [path: string]: LockedPackage }
}

interface LockedPackage {
  readonly resolved?: string
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: { readonly [name: string]: string }
}

async function read<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(`${projectFolder}${name}`, 'utf8')) as T
}

describe('package.json and its lock file', () => {
  it('pin every dependency exactly: another Node would pick other versions of a range', async () => {
    const { dependencies, devDependencies } = await read<Manifest>('package.json')
    const pinned = /^(npm:[a-z-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !pinned.test(version))
    expect(loose).toEqual([])
  })

  it('name no download addresses: they would send everybody to one mirror', async () => {
    const { packages } = await read<LockFile>('package-lock.json')
    const paths = Object.keys(packages)
    expect(paths.length).toBeGreaterThan(50)
    expect(paths.filter((path) => packages[path]?.resolved !== undefined)).toEqual([])
  })

  it('know every platform: npm ci refuses a lock file without the packages that other machines need', async () => {
    const { packages } = await read<LockFile>('package-lock.json')
    const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    expect(wanted.length).toBeGreaterThan(50)
    expect(wanted.filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([])
  })

  it('allow the install scripts that exist, by name', async () => {
    const { allowScripts } = await read<Manifest>('package.json')
    const { packages } = await read<LockFile>('package-lock.json')
    const withScripts = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript === true)
    const names = withScripts.map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
    expect(Object.keys(allowScripts).sort()).toEqual(names.sort())
  })

  it('ship what the code reads beside itself', async () => {
    const { files } = await read<Manifest>('package.json')
    expect(files).toEqual(expect.arrayContaining(['assets', 'mappings']))
  })

  it('run on the Node that they bring, and install under an older one', async () => {
    const { engines, devDependencies } = await read<Manifest>('package.json')
    expect(engines.node).toBe('>=24')
    expect(devDependencies['node']).toMatch(/^24\./)
    expect(process.versions.node).toBe(devDependencies['node'])
    expect(await readFile(`${projectFolder}.npmrc`, 'utf8')).not.toContain('engine-strict')
  })
})
