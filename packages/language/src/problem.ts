import { HubError } from '@samspill/contracts'

/** One thing in the language's files that must be written otherwise. */
export interface Problem {
  /** The file, relative to the language's folder. */
  readonly file: string
  /** Where in the file, e.g. `payments[].amountInOre` or `subject.kind`; empty where it is about the whole file. */
  readonly field: string
  /** The rule that it breaks, a stable kebab-case word. */
  readonly rule: string
  /** What is wrong and what to write instead. */
  readonly message: string
}

/** A problem before it is known in which file it stands. */
export type Finding = Omit<Problem, 'file'>

/** A problem as one line: the file, the field, the sentence and the rule's name. */
export function problemText(problem: Problem): string {
  const place = problem.field === '' ? problem.file : `${problem.file}, ${problem.field}`
  return `${place}: ${problem.message} (${problem.rule})`
}

/** Thrown where a language with problems was to be used: `language-invalid`, with every problem. */
export class LanguageInvalid extends HubError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
    super('language-invalid', `The published language has ${count}:\n${problems.map(problemText).join('\n')}`)
    this.problems = problems
  }
}
