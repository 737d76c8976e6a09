import { run } from '@samspill/service'
import { layoffNotices } from './service.ts'

await run(layoffNotices)
