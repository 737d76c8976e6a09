import { run } from '@samspill/service'
import { wageCompensation } from './service.ts'

await run(wageCompensation)
