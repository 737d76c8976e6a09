import { setTimeout as sleep } from 'node:timers/promises'
import { HubError, registrySubject } from '@samspill/contracts'
import type { SchemaRegistry } from '@samspill/avro'
import type { NotReadyReason } from '@samspill/http'
import type { Log } from '@samspill/telemetry'
import type { EventType } from './event-types.ts'

/** The registry's ids of the contracts, found out in the background and then kept for ever. */
export interface SchemaIds extends AsyncDisposable {
  /** The id that events of this type are written with; undefined while the registry has not told. */
  of(type: string): number | undefined
  notReady(): readonly NotReadyReason[]
}

/** Looks the ids up until each is known; pauses `retryMilliseconds` between rounds (1,000 unless told). */
export function findSchemaIds(options: {
  readonly eventTypes: readonly EventType[]
  readonly registry: Pick<SchemaRegistry, 'idOf'>
  readonly log: Log
  readonly retryMilliseconds?: number
}): SchemaIds {
  const { registry, log, retryMilliseconds = 1_000 } = options
  const ids = new Map<string, number>()
  const stopping = new AbortController()
  let reason = 'the registry has not answered yet'
  const said = new Set<string>()

  const findAll = async (): Promise<void> => {
    for (;;) {
      for (const { type, contract } of options.eventTypes) {
        if (stopping.signal.aborted) return
        if (ids.has(type)) continue
        try {
          ids.set(type, await registry.idOf(registrySubject(contract.stream, type), contract.schema))
        } catch (error) {
          const away = error instanceof HubError && error.code === 'registry-unavailable'
          const why = away ? 'the registry is away' : `the registry does not have the schema of ${type} as it is here`
          // Said once: several schemas that are not there take turns as the reason.
          if (!said.has(why)) log.warn('a schema id is not known yet', { eventType: type, error })
          said.add(why)
          reason = why
          if (away) break
        }
      }
      if (ids.size === options.eventTypes.length) {
        log.info('all schema ids are known', { count: ids.size })
        return
      }
      try {
        await sleep(retryMilliseconds, undefined, { signal: stopping.signal })
      } catch {
        return // The pause was cut short: the process is stopping.
      }
    }
  }
  const finding = findAll()

  return {
    of: (type) => ids.get(type),
    notReady: () =>
      ids.size === options.eventTypes.length
        ? []
        : [
            {
              code: 'schema-unresolved',
              message: `${options.eventTypes.length - ids.size} of ${options.eventTypes.length} schema ids are not known: ${reason}`,
            },
          ],
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await finding
    },
  }
}
