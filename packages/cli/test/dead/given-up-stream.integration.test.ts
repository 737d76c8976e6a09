import { expect, test } from 'vitest'
import { connectTestHub, eventually } from '@samspill/testing'
import { DeadNotes, samspill } from './dead-notes.ts'

test('what is tried again of a stream that the service has given up becomes a dead letter, and says why', async () => {
  await using hub = await connectTestHub()
  const notes = await DeadNotes.create(hub)
  await using running = await notes.run()
  await notes.refuse({ subject: 'ola', number: 1 }, { subject: 'siv', number: 1 })
  await notes.publish([
    { subject: 'ola', number: 1, id: 'ola-1' },
    { subject: 'siv', number: 1, id: 'siv-1' },
  ])
  await notes.untilParked(2)
  // As a redrive leaves it, after nobody has taken it for a while.
  await notes.database.query(
    `update parked_event set stream = 'nav.layoffs', state = 'retrying', died_at = null,
       retry_at = now() - interval '6 minutes'
     where event_id = 'ola-1'`,
  )
  await eventually('it is listed', async () => {
    const { text } = await samspill('dead', 'list', notes.service, '--code', 'stream-not-read')
    return text.includes('reads nav.layoffs no longer: let it read the stream again, or discard the event')
  })
  const codes = (await notes.parked()).map(({ state, code }) => `${state}: ${code}`)
  expect(codes.toSorted()).toEqual(['dead: permanent-failure', 'dead: stream-not-read'])
  expect(running.url).toBeDefined()
})
