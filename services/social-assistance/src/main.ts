import { run } from '@samspill/service'
import { socialAssistance } from './service.ts'

await run(socialAssistance)
