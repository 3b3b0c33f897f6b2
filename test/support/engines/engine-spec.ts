import type { EngineFamily, EngineName } from './engine-name.ts'

/** A program with its arguments. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
}

/** Where an engine's programs are on this machine: full paths by their plain names. */
export interface Installation {
  readonly programs: { readonly [name: string]: string }
  /** The root of an engine that was unpacked beside the system. */
  readonly prefix?: string | undefined
}

/** The place of one throwaway server. Everything in the folder belongs to the account that the server runs as. */
export interface ServerPlace {
  readonly installation: Installation
  readonly folder: string
  /** `folder`/data: empty until the commands of `initialise` have run. */
  readonly dataFolder: string
  readonly port: number
}

/** All that differs between engines, so that finding, starting and killing them is written once. */
export interface EngineSpec {
  readonly name: EngineName
  readonly family: EngineFamily
  /** Started for the project `full` alone, since it takes long to get. */
  readonly isFullOnly?: boolean | undefined
  /** The variable of the environment that names a server to use instead of starting one. */
  readonly urlVariable: string
  /** The accounts to run as where we are root: the first that exists. None: root itself. */
  readonly accounts: readonly string[]
  /** Absent where the engine exists as no image. */
  readonly container?: ContainerSpec | undefined
  find(): Promise<Installation | undefined>
  /** Rejects with what stands in the way where this machine cannot get the engine. */
  install(): Promise<Installation>
  /** Files that the server's folder has before anything runs: contents by name. */
  readonly files: { readonly [name: string]: string }
  /** Fills the data folder. */
  initialise(place: ServerPlace): Command
  serve(place: ServerPlace): Command
  url(port: number): string
  /** Whether a server that says this of itself is the engine that was asked for. */
  isVersion(version: string): boolean
  /** Ends the server cleanly without waiting for its clients. */
  readonly shutdownSignal: NodeJS.Signals
}

export interface ContainerSpec {
  readonly image: string
  readonly port: number
  readonly environment: { readonly [name: string]: string }
  /** Follow the image's own start command. */
  readonly args: readonly string[]
}
