import { randomBytes } from 'node:crypto'
import {
  headersOfEnvelope,
  keyOfSubject,
  timestamp,
  type Envelope,
  type EventContract,
  type KeySecret,
} from '@samspill/contracts'
import { compileContract, connectRegistry } from '@samspill/avro'
import { registrySubject } from '@samspill/contracts'
import { startProcess, type ProcessOptions, type RunningProcess, type ServiceDefinition } from '@samspill/service'
import { throwAwayAgency, throwAwaySecret, type TestHub, type ThrowAwayStream } from '../../src/index.ts'

/** Data of the throw-away events: who, and which in a row. */
export interface Note {
  readonly subject: string
  readonly number: number
}

const number = { name: 'number', type: 'long' }

/** A throw-away agency with two streams, `notes` (Noted, Struck) and `echoes` (Echoed). */
export interface NoteStreams {
  readonly agency: string
  readonly secret: KeySecret
  readonly notes: ThrowAwayStream
  readonly echoes: ThrowAwayStream
  readonly noted: EventContract<string, Note>
  /** A second event type of the stream `notes`. */
  readonly struck: EventContract<string, Note>
  readonly echoed: EventContract<string, Note>
  /** Looked up once, as a publisher does: the registry may then be away. */
  readonly schemaIds: ReadonlyMap<string, number>
}

export async function createNoteStreams(hub: TestHub): Promise<NoteStreams> {
  const agency = throwAwayAgency()
  const notes = await hub.createStream({ agency, name: 'notes', types: { Noted: [number], Struck: [number] } })
  const echoes = await hub.createStream({ agency, name: 'echoes', types: { Echoed: [number] } })
  const noted = notes.contract<Note>('Noted')
  const struck = notes.contract<Note>('Struck')
  const echoed = echoes.contract<Note>('Echoed')
  const registry = connectRegistry({ url: hub.config.registry.url })
  const schemaIds = new Map<string, number>()
  for (const { stream, type, schema } of [noted, struck, echoed]) {
    schemaIds.set(type, await registry.idOf(registrySubject(stream, type), schema))
  }
  return { agency, secret: throwAwaySecret(agency), notes, echoes, noted, struck, echoed, schemaIds }
}

/** A name for a service that no other test uses. */
export function serviceName(): string {
  return `notes-${randomBytes(4).toString('hex')}`
}

/** Runs a service in this process, and waits until it has started. */
export async function runHere(
  hub: TestHub,
  streams: NoteStreams,
  definition: ServiceDefinition,
  options: Pick<ProcessOptions, 'batchSize' | 'now' | 'logOutput'> = {},
): Promise<RunningProcess> {
  const config = { ...hub.configWith([streams.secret]), http: { host: '127.0.0.1', port: 0 } }
  const running = await startProcess([definition], { config, ...options })
  await running.started
  return running
}

/** Publishes events as the hub would, from a system beside the service under test; each has its own id. */
export async function publishNotes(
  hub: TestHub,
  streams: NoteStreams,
  contract: EventContract<string, Note>,
  notes: readonly (Note & Partial<Pick<Envelope, 'id' | 'corrects' | 'annuls'>>)[],
): Promise<void> {
  const schemaId = streams.schemaIds.get(contract.type) ?? 0
  const codec = compileContract(contract)
  const sends = notes.map(({ id = randomBytes(8).toString('hex'), corrects, annuls, ...note }) => {
    const subjectKey = keyOfSubject(contract.stream, note.subject, streams.secret)
    return hub.lanes.send({
      topic: contract.stream.name,
      key: Buffer.from(subjectKey),
      value: codec.encodeFramed(schemaId, note),
      timestamp: Date.now(),
      headers: headersOfEnvelope({
        id,
        source: `/${streams.agency}/generator`,
        type: contract.type,
        time: timestamp(Date.now()),
        subjectKey,
        correlationId: id,
        ...(corrects === undefined ? {} : { corrects }),
        ...(annuls === undefined ? {} : { annuls }),
        replay: false,
      }),
    })
  })
  await Promise.all(sends)
}

/** `subjects` times `each` notes; each subject's numbers count up from 1. */
export function manyNotes(subjects: number, each: number): Note[] {
  return Array.from({ length: subjects * each }, (_, index) => ({
    subject: `subject-${index % subjects}`,
    number: Math.floor(index / subjects) + 1,
  }))
}
