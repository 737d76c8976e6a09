import { defineBench, type Contender } from './harness/bench.ts'
import { othersBeside } from './parking/others-beside.ts'
import { prepareParking } from './parking/prepare.ts'

const also: NonNullable<Contender['also']> = {
  p50: { what: 'p50', unit: 'ms' },
  memory: { what: 'the service’s memory in the end', unit: 'MB' },
  parked: { what: 'events parked in the end', unit: 'events' },
}

export const bench = defineBench({
  name: 'parking',
  what: 'How late the handler’s commit is for subjects that are well (open loop, 1,000/s): p99, while one subject in a hundred fails for ever, and while none does.',
  prepare: prepareParking,
  contenders: [
    {
      key: 'failing',
      what: 'one subject in a hundred fails for ever',
      unit: 'ms',
      against: 'well',
      also,
      run: (stage, round) => othersBeside(stage, round, 'failing'),
    },
    {
      key: 'well',
      what: 'no subject fails',
      unit: 'ms',
      also,
      run: (stage, round) => othersBeside(stage, round, 'well'),
    },
  ],
  goals: [
    { goal: 'p99 of the others at most 1.1 × where none fails', of: 'failing', against: 'well', most: 1.1 },
    { goal: 'its memory at most 1.2 × where none fails', of: 'failing.memory', against: 'well.memory', most: 1.2 },
  ],
})
