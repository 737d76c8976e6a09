import { createCodecs } from '@samspill/avro'
import { HubError, keySecret, headerText } from '@samspill/contracts'
import { listen } from '@samspill/http'
import { AppendError, partitionOf, type Acknowledgement, type LaneRecord, type SendOptions } from '@samspill/kafka'
import { contracts } from '@samspill/schemas'
import { startTelemetry, type FinishedSpan } from '@samspill/telemetry'
import { createIngress, findSchemaIds, knownEventTypes, readIngressLimits } from '../src/service.ts'

/** Synthetic people: month + 80. */
export const [kari, ola] = ['15819010029', '23879510066'] as const

export const keySecrets = new Map(
  ['nav', 'skatteetaten', 'bergen', 'vestland', 'brreg'].map((agency) => [
    agency,
    keySecret(agency, Buffer.alloc(32, agency).toString('base64url')),
  ]),
)

/** What the brokers do with the next records; left out, they take them. */
export type Brokers = 'take' | 'away' | 'lose-the-answer' | 'hang' | 'full' | 'crash'

/** An ingress on a free port, before brokers and a registry that live in the test. */
export interface TestDoor extends AsyncDisposable {
  readonly url: string
  /** The records that the brokers have taken, in order. */
  readonly records: LaneRecord[]
  readonly spans: FinishedSpan[]
  readonly logged: string[]
  brokers: Brokers
  /** The registry's schemas by id; the contracts' own are there from the start. */
  readonly schemas: Map<number, unknown>
  schemaIdOf(type: string): number
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>
  get(path: string): Promise<TestAnswer>
}

export interface TestAnswer {
  readonly status: number
  readonly headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects to be there
  readonly json: any
  readonly text: string
}

export async function openDoor(
  options: { readonly limits?: Record<string, string>; readonly registryAway?: boolean } = {},
): Promise<TestDoor> {
  const stack = new AsyncDisposableStack()
  const spans: FinishedSpan[] = []
  const logged: string[] = []
  const telemetry = stack.use(
    startTelemetry({
      service: 'ingress',
      logLevel: 'debug',
      output: { write: (line) => void logged.push(line) },
      collect: (span) => void spans.push(span),
    }),
  )
  const state: { brokers: Brokers } = { brokers: 'take' }
  const schemas = new Map(contracts.map((contract, index) => [index + 1, contract.schema as unknown]))
  const schemaIdOf = (type: string): number => contracts.findIndex((contract) => contract.type === type) + 1
  const registry = {
    idOf: async (_subject: string, schema: unknown) => {
      if (options.registryAway) throw new HubError('registry-unavailable', 'the registry does not answer')
      return contracts.findIndex((contract) => contract.schema === schema) + 1
    },
    schemaById: async (id: number) => {
      if (options.registryAway) throw new HubError('registry-unavailable', 'the registry does not answer')
      if (!schemas.has(id)) throw new HubError('schema-unknown', `the registry knows no schema ${id}`)
      return schemas.get(id)
    },
  }
  const eventTypes = knownEventTypes(contracts, keySecrets)
  const codecs = createCodecs()
  const schemaIds = stack.use(findSchemaIds({ eventTypes: eventTypes.all, registry, log: telemetry.log }))
  const brokers = brokersOf(state)
  const app = createIngress({
    eventTypes,
    codecs,
    registry,
    schemaIds,
    sender: {
      offer: (record, sendOptions, waiter) => {
        brokers.send(record, sendOptions).then(
          (at) => waiter.acknowledged(at),
          (error: AppendError) => waiter.refused(error),
        )
      },
      notReady: () =>
        state.brokers === 'away' ? [{ code: 'brokers-away', message: 'no broker has answered yet' }] : [],
    },
    telemetry,
    limits: readIngressLimits(options.limits ?? {}),
    now: Date.now,
  })
  const listening = stack.use(await listen(app, { port: 0, stopMilliseconds: 500 }))
  const ask = async (path: string, init: RequestInit): Promise<TestAnswer> => {
    const response = await fetch(`${listening.url}${path}`, init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
  }
  return {
    url: listening.url,
    records: brokers.records,
    spans,
    logged,
    schemas,
    schemaIdOf,
    get brokers() {
      return state.brokers
    },
    set brokers(brokers) {
      state.brokers = brokers
    },
    get: (path) => ask(path, {}),
    post: (body, headers = { 'content-type': 'application/cloudevents+json' }) =>
      ask('/events', {
        method: 'POST',
        headers,
        body:
          typeof body === 'string' || body instanceof Uint8Array
            ? (body as NonNullable<RequestInit['body']>)
            : JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function brokersOf(state: { readonly brokers: Brokers }) {
  const records: LaneRecord[] = []
  const send = async (record: LaneRecord, { deadline }: SendOptions): Promise<Acknowledgement> => {
    const notWritten = { outcome: 'not-written', retriable: true } as const
    switch (state.brokers) {
      case 'take': {
        const partition = partitionOf(record.key, 6)
        const offset = BigInt(records.filter((other) => partitionOf(other.key, 6) === partition).length)
        records.push(record)
        return { topic: record.topic, partition, offset }
      }
      case 'away':
        throw new AppendError('deadline-passed', 'the deadline passed; the record was not written', notWritten)
      case 'full':
        throw new AppendError('lanes-full', 'too many records wait to be sent', notWritten)
      case 'lose-the-answer':
        throw new AppendError('deadline-passed', 'the record may have been written', {
          outcome: 'unknown',
          retriable: true,
        })
      case 'crash':
        throw new TypeError(`cannot send ${kari}`)
      case 'hang':
        return new Promise((_resolve, reject) => {
          const late = new AppendError('deadline-passed', 'the record was not written', notWritten)
          setTimeout(() => reject(late), (deadline ?? 0) - Date.now())
        })
    }
  }
  return { records, send }
}

/** A layoff as NAV would publish it; `change` says what is different this time. */
export function layoff(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: 'b3f7a6de-0d5e-4cf3-9d2a-2a8f1f7a4c11',
    source: '/nav/aareg',
    type: 'nav.layoffs.LayoffRegistered',
    time: '2020-03-20T08:30:00Z',
    data: layoffData(),
    ...change,
  }
}

export function layoffData(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    layoffId: '0f9d2c54-7a43-4a51-8b6b-3d1f0c2e5a77',
    person: kari,
    employer: '974600951',
    subUnit: '974600978',
    employmentId: 'arbeidsforhold-1',
    start: '2020-03-23',
    percentage: '60.00',
    ...change,
  }
}

export function header(record: LaneRecord | undefined, name: string): string | undefined {
  return record === undefined ? undefined : headerText(record.headers, name)
}
