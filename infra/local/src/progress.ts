/** One step on the way to a running stack. */
export interface Progress {
  /** The part it is about: `kafka`, `registry`, a service's name. */
  readonly part: string
  /** What is done now or was done: `installing`, `ready`. */
  readonly step: string
  /** How long the step took; undefined when it begins. */
  readonly seconds?: number
}

/** Hears of each step as it begins and ends. */
export type OnProgress = (progress: Progress) => void

/** Runs one step and tells how long it took. */
export async function timed<Result>(
  onProgress: OnProgress,
  part: string,
  steps: { readonly doing: string; readonly done: string },
  work: () => Promise<Result>,
): Promise<Result> {
  onProgress({ part, step: steps.doing })
  const begin = performance.now()
  const result = await work()
  onProgress({ part, step: steps.done, seconds: Math.round((performance.now() - begin) / 10) / 100 })
  return result
}
