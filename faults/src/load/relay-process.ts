import { once } from 'node:events'
import { readConfig } from '@samspill/config'
import { openOutbox } from '@samspill/service'
import { endWithRig } from '../run/end-with-rig.ts'
import { outboxSchema, readSetting, streamsOfRun, systems } from './run-setting.ts'

/* A relay beside the agency's own program: whichever of the two holds the lock relays, and the other one waits. */
const setting = readSetting()
const { registered } = streamsOfRun(setting)
using _rig = endWithRig()
await using _outbox = await openOutbox({
  agency: setting.agency,
  system: systems.outbox,
  publishes: [registered],
  config: readConfig(process.env),
  schema: outboxSchema(setting.agency),
})
process.send?.({ kind: 'ready' })
await once(process, 'SIGTERM')
