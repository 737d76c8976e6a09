import { run } from '@samspill/service'
import { decide } from '../src/rules/decide.ts'
import { wageCompensationBy } from '../src/service.ts'

/** Øre per day. */
const mostPerDay = 150_000
const leastDegree = 6_000

// By another rule than the law's: at most 1,500 kroner a day, and nothing for who is laid off by less than 60 %.
await run(
  wageCompensationBy((facts) => {
    const decision = decide(facts)
    if (decision.kind === 'wait' || decision.kind === 'refuse') return decision
    if (facts.layoff.degree < leastDegree) return { kind: 'refuse', reason: 'OUTSIDE_SCHEME' }
    if (decision.kind === 'ask') return decision
    const dailyRate = Math.min(decision.dailyRate, mostPerDay)
    return { ...decision, dailyRate, total: dailyRate * decision.days }
  }),
)
