import { run } from '@samspill/service'
import { careerGuidance } from './service.ts'

await run(careerGuidance)
