import { run } from '@samspill/service'
import { readSetting } from '../load/run-setting.ts'
import { endWithRig } from '../run/end-with-rig.ts'
import { assessment, followUp } from './run-services.ts'

/* One service of a run, as it is run in life; the second argument names it. */
const services = { assessment, 'follow-up': followUp }
const [, , , name = ''] = process.argv
const define = services[name as keyof typeof services]
if (define === undefined) throw new TypeError(`a run has no service ${name}`)
using _rig = endWithRig()
await run(define(readSetting()))
