import { InvalidArgumentError, type Command } from 'commander'
import type { Terminal } from '../terminal.ts'
import { demo } from './demo.ts'

interface Flags {
  readonly once?: true
  readonly json?: true
  readonly seed: string
  readonly people?: number
}

/** Adds `samspill demo`: the stack, the services and one day of the synthetic country. */
export function addDemoCommand(program: Command, stack: () => string, terminal: Terminal): void {
  program
    .command('demo')
    .description('start everything, let a synthetic country live one day, and say what happened')
    .option('--once', 'stop when the day is done, instead of at Ctrl-C')
    .option('--json', 'print one JSON object as the last line')
    .option('--seed <text>', 'which country: the same seed on a fresh stack gives the same day', 'spring 2020')
    .option('--people <number>', 'how many people the country has', numberOfPeople)
    .action(async ({ once, json, seed, people }: Flags) => {
      await demo(
        {
          stack: stack(),
          once: once === true,
          json: json === true,
          seed,
          ...(people === undefined ? {} : { people }),
        },
        terminal,
      )
    })
}

function numberOfPeople(text: string): number {
  const people = Number(text)
  if (Number.isInteger(people) && people >= 50 && people <= 100_000) return people
  throw new InvalidArgumentError('write a whole number from 50 to 100000.')
}
