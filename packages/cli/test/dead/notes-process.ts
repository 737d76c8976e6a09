import { run } from '@samspill/service'
import { notesService } from './notes-service.ts'

/* The service under test in a process of its own, for tests that kill it. */
const [name = '', agency = ''] = process.argv.slice(2)
await run(notesService(name, agency))
