import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { HubError } from '@samspill/contracts'
import { cloneFolder, type RunningStack } from '@samspill/local'
import { fillRegister, startEnhetsregisteret, untilNothingMissing, type Today } from '@samspill/testing'

const deadlineMilliseconds = 120_000
const stopMilliseconds = 15_000

/** Ends the feed when this process is gone, however it went: its standard input closes then. */
const leash = `data:text/javascript,process.stdin.on('end',()=>process.kill(process.pid,'SIGTERM')).resume().unref()`

/**
 * Lets the feed of the organisation register run against a register of the synthetic country, until it has published
 * all that is new on the day. The service of the stack itself is idle: it waits for the real register's address.
 */
export async function organisationsOfTheDay(
  environment: RunningStack['environment'],
  today: Today,
  signal: AbortSignal,
): Promise<void> {
  await using register = await startEnhetsregisteret()
  const expected = fillRegister(register, today.country, today.number)
  await using feed = startFeed(environment, register.url)
  const missing = (): readonly string[] => {
    feed.throwIfEnded()
    const come = today.observation.events.filter((event) => event.stream === 'brreg.organisations').length
    return come >= expected ? [] : [`${expected - come} updates of the organisation register to come`]
  }
  await untilNothingMissing(missing, deadlineMilliseconds, signal)
}

interface RunningFeed extends AsyncDisposable {
  throwIfEnded(): void
}

function startFeed(environment: RunningStack['environment'], registerUrl: string): RunningFeed {
  const child = spawn(process.execPath, ['--import', leash, 'src/main.ts'], {
    cwd: join(cloneFolder, 'services/organisation-register'),
    stdio: ['pipe', process.stderr, process.stderr],
    env: {
      PATH: process.env['PATH'],
      ...environment,
      SAMSPILL_HTTP_PORT: '0',
      SAMSPILL_LOG_LEVEL: 'error',
      SAMSPILL_ENHETSREGISTERET: registerUrl,
      SAMSPILL_ENHETSREGISTERET_FROM: '2020-01-01T00:00:00.000Z',
      SAMSPILL_ENHETSREGISTERET_EVERY: '500',
      SAMSPILL_ENHETSREGISTERET_PAGE: '100',
    },
  })
  const ended = once(child, 'exit')
  return {
    throwIfEnded: () => {
      if (child.exitCode === null && child.signalCode === null) return
      throw new HubError('feed-ended', 'the feed of the organisation register ended by itself: its last lines say why')
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds)
      await ended
      clearTimeout(kill)
    },
  }
}
