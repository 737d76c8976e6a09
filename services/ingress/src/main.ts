import { once } from 'node:events'
import { HubError } from '@samspill/contracts'
import { startIngress } from './start-ingress.ts'

try {
  await using _ingress = await startIngress(process.env)
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
} catch (error) {
  if (!(error instanceof HubError)) throw error
  process.stderr.write(`ingress cannot start: ${error.message}\n`)
  process.exitCode = 1
}
