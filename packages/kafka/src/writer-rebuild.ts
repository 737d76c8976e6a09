import type { PartitionWriter } from './partition-writer.ts'

/** Has a writer rebuilt once, however many lanes ask for it. */
export class WriterRebuild {
  readonly #writer: PartitionWriter
  #generation = 0
  #needed = false
  #underWay: Promise<void> | undefined

  constructor(writer: PartitionWriter) {
    this.#writer = writer
  }

  /** Grows with every rebuild that was asked for. */
  get generation(): number {
    return this.#generation
  }

  /** Asks for a rebuild, unless one was asked for after the generation that failed. */
  request(generation: number): void {
    if (generation !== this.#generation) return
    this.#generation += 1
    this.#needed = true
  }

  /** Resolves when the writer can be used; rejects where the rebuild failed, and the next call tries again. */
  async ready(): Promise<void> {
    if (!this.#needed) return
    this.#underWay ??= this.#run()
    await this.#underWay
  }

  async #run(): Promise<void> {
    try {
      await this.#writer.rebuild()
      this.#needed = false
    } finally {
      this.#underWay = undefined
    }
  }
}
