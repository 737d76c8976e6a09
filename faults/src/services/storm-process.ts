import { setTimeout as wait } from 'node:timers/promises'
import { readConfig } from '@samspill/config'
import { startProcess } from '@samspill/service'
import { readSetting } from '../load/run-setting.ts'
import { endWithRig } from '../run/end-with-rig.ts'
import { assessment } from './run-services.ts'

/* A member of a service's group that comes and goes again and again, until it is told to stop; it handles what it is given. */
const config = readConfig(process.env)
using _rig = endWithRig()
const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
process.send?.({ kind: 'ready' })
while (!stopping.signal.aborted) {
  await using member = await startProcess([assessment(readSetting())], { config })
  await member.started
  await wait(400)
}
