import { randomUUID } from 'node:crypto'
import { readConfig } from '@samspill/config'
import { jobSeekerRegistered } from '@samspill/schemas'
import { nationalIdentityNumber, openOutbox, timestamp } from '@samspill/service'
import { Client } from 'pg'

const config = readConfig(process.env)
await using outbox = await openOutbox({
  agency: 'nav',
  system: 'job-seeker-register',
  publishes: [jobSeekerRegistered],
  config,
  schema: 'job_seeker_register',
})
const database = new Client({ connectionString: config.database.url })
await database.connect()
await database.query('create table if not exists job_seeker_register.periods (id uuid primary key, person text)')

const periodId = randomUUID()
const person = nationalIdentityNumber('23888212167')
await database.query('begin')
await database.query('insert into job_seeker_register.periods (id, person) values ($1, $2)', [periodId, person])
await outbox.publish(
  database,
  jobSeekerRegistered({
    periodId,
    person,
    startedAt: timestamp('2020-03-30T08:30:00Z'),
    registeredBy: 'SELF',
    situations: ['IS_LAID_OFF'],
  }),
)
await database.query('commit')
outbox.wake()

await database.end()
console.log(`published period ${periodId}`)
