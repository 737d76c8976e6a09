import type { HubConfig } from '@samspill/config'
import { organisationRegister } from '@samspill/organisation-register'
import { startProcess } from '@samspill/service'
import { fillRegister, startEnhetsregisteret, untilNothingMissing, type Today } from '@samspill/testing'

const firstMoment = '2020-01-01T00:00:00.000Z'
const deadlineMilliseconds = 120_000

/**
 * Lets the feed of the organisation register run against a register of the synthetic country, until it has published
 * all that is new on the day. The service of the stack itself is idle: it waits for the real register's address.
 */
export async function organisationsOfTheDay(config: HubConfig, today: Today, signal: AbortSignal): Promise<void> {
  await using register = await startEnhetsregisteret()
  const expected = fillRegister(register, today.country, today.number)
  const feed = organisationRegister({
    baseUrl: register.url,
    from: firstMoment,
    everyMilliseconds: 500,
    pageSize: 100,
  })
  await using running = await startProcess([feed], {
    config: { ...config, http: { ...config.http, port: 0 }, logLevel: 'error' },
    logOutput: process.stderr,
  })
  await running.started
  const missing = (): readonly string[] => {
    const come = today.observation.events.filter((event) => event.stream === 'brreg.organisations').length
    return come >= expected ? [] : [`${expected - come} updates of the organisation register to come`]
  }
  await untilNothingMissing(missing, deadlineMilliseconds, signal)
}
