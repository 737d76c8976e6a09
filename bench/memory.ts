import { defineBench, type Contender } from './harness/bench.ts'
import { workThroughBacklog } from './memory/backlog.ts'
import { compileService } from './memory/start-with-one-event.ts'

const also: NonNullable<Contender['also']> = {
  growth: { what: 'last quarter of the events to the second one', unit: '×' },
  rate: { what: 'handled meanwhile', unit: 'events/s' },
}

export const bench = defineBench({
  name: 'memory',
  what: 'A service works through a backlog of small events, one upsert each, effects exactly once: the most memory that its process holds.',
  prepare: compileService,
  contenders: [
    {
      key: 'backlog',
      what: 'backlog of 500,000 events, resident memory',
      unit: 'MB',
      also,
      limitSeconds: 300,
      run: (stage) => workThroughBacklog(stage, 500_000),
    },
    {
      key: 'ten-million',
      what: 'backlog of 10 million events, resident memory',
      unit: 'MB',
      also,
      once: true,
      long: true,
      limitSeconds: 7_200,
      run: (stage) => workThroughBacklog(stage, 10_000_000),
    },
  ],
  goals: [
    { goal: 'at most 200 MB in a backlog of 500,000', of: 'backlog', most: 200 },
    { goal: 'flat: in the last quarter of them at most 1.1 × the second', of: 'backlog.growth', most: 1.1 },
    { goal: 'at most 200 MB in a backlog of 10 million', of: 'ten-million', most: 200 },
    { goal: 'flat: in the last quarter of 10 million at most 1.1 × the second', of: 'ten-million.growth', most: 1.1 },
  ],
})
