import { personDied } from '@samspill/schemas'
import { defineFeed, localDate, nationalIdentityNumber, RetryLater, type FeedDefinition } from '@samspill/service'

interface Death {
  readonly number: number
  readonly person: string
  readonly date: string
}

/** Publishes deaths as a register lists them: `GET /deaths?after=<number>`, the lowest number first. */
export function deathsFeed(registerUrl: string): FeedDefinition {
  return defineFeed({
    name: 'deaths',
    agency: 'skatteetaten',
    publishes: [personDied],
    every: 60_000,
    poll: async ({ cursor = '0', signal }) => {
      const response = await fetch(`${registerUrl}/deaths?after=${cursor}`, { signal })
      if (!response.ok) throw new RetryLater(30_000, `the register answered ${response.status}`)
      const deaths = (await response.json()) as readonly Death[]
      const last = deaths.at(-1)
      if (last === undefined) return 'nothing-new'
      const events = deaths.map(({ person, date }) =>
        personDied({ person: nationalIdentityNumber(person), dateOfDeath: localDate(date) }),
      )
      return { events, cursor: String(last.number), more: true }
    },
  })
}
