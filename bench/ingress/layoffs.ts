import { createCodecs } from '@samspill/avro'
import { isNationalIdentityNumber } from '@samspill/contracts'
import { layoffRegistered } from '@samspill/schemas'
import { randomUUID } from 'node:crypto'

/** A layoff as an agency's program would send it: a CloudEvent in JSON, 440 bytes. */
export type LayoffEvent = Readonly<Record<'specversion' | 'id' | 'source' | 'type' | 'time', string>> & {
  readonly data: Readonly<Record<string, unknown>>
}

/** So many layoffs, each of another synthetic person (80 is added to the month). */
export function layoffEvents(count: number): readonly LayoffEvent[] {
  const people = synthetic()
  return Array.from({ length: count }, (_, number) => ({
    specversion: '1.0',
    id: randomUUID(),
    source: '/nav/aareg',
    type: layoffRegistered.type,
    time: '2020-03-30T06:00:00Z',
    data: {
      layoffId: randomUUID(),
      person: people.next().value,
      employer: '889640782',
      subUnit: '974760673',
      employmentId: `V974760673R${number}`,
      start: '2020-03-30',
      end: null,
      percentage: '100.00',
    },
  }))
}

/** Makes record values of layoffs. */
export function layoffValues(schemaId: number): (event: LayoffEvent) => Buffer {
  const codec = createCodecs().of(layoffRegistered)
  return ({ data }) => {
    const value = codec.encodeFramedJson(schemaId, data)
    if (value === undefined) throw new Error('a layoff of the benchmark breaks its own contract')
    return value
  }
}

function* synthetic(): Generator<string, never> {
  for (let number = 0; ; number += 1) {
    const two = (value: number): string => String(value).padStart(2, '0')
    const day = two(1 + (number % 28))
    const month = two(81 + (Math.floor(number / 28) % 12))
    const year = two(50 + (Math.floor(number / 336) % 50))
    const individual = String(Math.floor(number / 16_800) % 500).padStart(3, '0')
    for (let checks = 0; checks < 100; checks += 1) {
      const text = `${day}${month}${year}${individual}${two(checks)}`
      if (isNationalIdentityNumber(text)) {
        yield text
        break
      }
    }
  }
}
