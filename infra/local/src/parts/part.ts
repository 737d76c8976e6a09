/** How a part's process is started. */
export interface Launch {
  readonly file: string
  readonly parameters: readonly string[]
  readonly folder: string
  /** Added to PATH, HOME and the like. */
  readonly environment: Readonly<Record<string, string>>
  /** The user it runs as, where that is not ours. */
  readonly user?: { readonly uid: number; readonly gid: number }
}

/** One process of the stack, described. */
export interface Part {
  readonly name: string
  readonly version: string
  /** Where it is reached, as a user writes it. */
  readonly address: string
  /** Downloads or builds what it needs, unless that is there. */
  readonly install: () => Promise<void>
  /** Makes its folder ready and says how to start it; called before each start. */
  readonly launch: () => Promise<Launch>
  /** Asks it for an answer: undefined when it is ready, else why not. Never throws. */
  readonly probe: () => Promise<string | undefined>
  readonly stopSignal: NodeJS.Signals
  /** How long it may take to stop before it is killed, milliseconds. */
  readonly stopMilliseconds: number
  /** How long it may take to be ready, milliseconds. */
  readonly startMilliseconds: number
  /** Called when it ended by itself or after `stopSignal`, not when it was killed. */
  readonly stopped?: () => Promise<void>
}

/** How one part is doing. */
export interface PartStatus {
  readonly name: string
  readonly version: string
  readonly address: string
  readonly pid: number | undefined
  readonly ready: boolean
  /** Why it is not ready; empty when it is. */
  readonly why: string
}
