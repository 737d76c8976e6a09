import { figureNames, type Bench, type Contender, type Measured, type Round } from './bench.ts'
import type { BenchStage } from './bench-stage.ts'
import type { Figures } from './goal.ts'

/** How a benchmark is run. */
export interface RunOptions {
  readonly rounds: number
  readonly long: boolean
  readonly runRound: (contender: Contender, round: Round, stage: BenchStage) => Promise<Measured>
  readonly onProgress: (line: string) => void
}

/** How long the others measure, in seconds; slow ones measure longer, so that there is something to measure. */
const seconds = 5
const slowSeconds = 10

/**
 * Runs all rounds: in each, every contender once, one after the other, each time another one first, so that what the
 * machine does besides falls on all of them alike.
 */
export async function runBench(bench: Bench, stage: BenchStage, options: RunOptions): Promise<Figures> {
  const { rounds, long, runRound, onProgress } = options
  const taking = bench.contenders.filter((contender) => long || contender.long !== true)
  const figures = new Map<string, number[]>()
  for (let number = 1; number <= rounds; number += 1) {
    for (const contender of inOrderOf(number, taking)) {
      if (contender.once === true && number > 1) continue
      const round = { number, long, seconds: contender.slow === true ? slowSeconds : seconds }
      const measured = await runRound(contender, round, stage)
      for (const name of figureNames(contender)) add(figures, name, figureOf(contender, name, measured))
      onProgress(`round ${number} of ${rounds}: ${contender.what}: ${readable(measured.value)} ${contender.unit}`)
    }
  }
  return figures
}

/** A number with three digits that count. */
export function readable(value: number): string {
  return value.toLocaleString('en-GB', value >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 })
}

function inOrderOf(round: number, contenders: readonly Contender[]): Contender[] {
  const first = (round - 1) % Math.max(1, contenders.length)
  return [...contenders.slice(first), ...contenders.slice(0, first)]
}

function figureOf(contender: Contender, name: string, measured: Measured): number {
  const value = name === contender.key ? measured.value : measured.also?.[name.slice(contender.key.length + 1)]
  if (value === undefined || !Number.isFinite(value)) throw new TypeError(`a round gave no figure "${name}"`)
  return value
}

function add(figures: Map<string, number[]>, name: string, value: number): void {
  const values = figures.get(name)
  if (values === undefined) figures.set(name, [value])
  else values.push(value)
}
