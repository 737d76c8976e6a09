import { defineBench, type Contender } from './harness/bench.ts'
import { idleService } from './idle/idle-service.ts'
import { compileService } from './memory/start-with-one-event.ts'

const also: NonNullable<Contender['also']> = {
  postgres: { what: 'PostgreSQL meanwhile', unit: '% of a core' },
  brokers: { what: 'the brokers meanwhile', unit: '% of a core' },
}

export const bench = defineBench({
  name: 'idle',
  what: 'A service process that is connected and has nothing to do: reader, relay, retries, metrics.',
  prepare: compileService,
  contenders: [
    {
      key: 'default',
      what: 'the default Kafka client',
      unit: '% of a core',
      also,
      run: (stage, round) => idleService(stage, round),
    },
    {
      key: 'kafkajs',
      what: 'kafkajs',
      unit: '% of a core',
      also,
      run: (stage, round) => idleService(stage, round, 'kafkajs'),
    },
  ],
  goals: [{ goal: 'less than 0.5 % of a core with the default client', of: 'default', most: 0.5 }],
})
