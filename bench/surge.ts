import { defineBench } from './harness/bench.ts'
import { prepareSurge, surgeSizes } from './surge/prepare.ts'
import { surgeByBareClient } from './surge/bare.ts'
import { surgeThroughHub } from './surge/hub.ts'

export const bench = defineBench({
  name: 'surge',
  what: '400,000 people laid off at once: each notice is handled by wage compensation, whose decision is handled by a municipality; a row in each of the two, effects exactly once. From the first row to the last.',
  prepare: prepareSurge,
  contenders: [
    {
      key: 'hub',
      what: 'the hub, one process per service',
      unit: 'layoffs/s',
      against: 'bare',
      limitSeconds: 300,
      run: (stage) => surgeThroughHub(stage, { size: surgeSizes.whole, processes: 1 }),
    },
    {
      key: 'hub-two',
      what: 'the hub, two processes per service',
      unit: 'layoffs/s',
      against: 'bare',
      limitSeconds: 300,
      run: (stage) => surgeThroughHub(stage, { size: surgeSizes.whole, processes: 2 }),
    },
    {
      key: 'bare',
      what: 'the same records read and written bare, one insert of the same rows per batch, no guarantees',
      unit: 'layoffs/s',
      limitSeconds: 300,
      run: (stage) => surgeByBareClient(stage, surgeSizes.whole),
    },
    {
      key: 'tenth',
      what: 'the hub, one process per service, 40,000 layoffs',
      unit: 'layoffs/s',
      run: (stage) => surgeThroughHub(stage, { size: surgeSizes.tenth, processes: 1 }),
    },
    {
      key: 'tenfold',
      what: 'the hub, one process per service, 4,000,000 layoffs',
      unit: 'layoffs/s',
      against: 'tenth',
      limitSeconds: 3_600,
      once: true,
      long: true,
      run: (stage) => surgeThroughHub(stage, { size: surgeSizes.tenfold, processes: 1 }),
    },
  ],
  goals: [
    { goal: 'the hub at least 0.5 × bare', of: 'hub', against: 'bare', least: 0.5 },
    { goal: 'the same with two processes per service', of: 'hub-two', against: 'bare', least: 0.5 },
    { goal: '400,000 at least as fast per event as 40,000, within a fifth', of: 'hub', against: 'tenth', least: 0.8 },
    { goal: '4,000,000 the same', of: 'tenfold', against: 'tenth', least: 0.8 },
  ],
})
