import { describeStream } from '@samspill/testing'
import type { EventContract } from '@samspill/contracts'

/** What each process beside the cluster is told: the one argument of its program, as JSON. */
export interface RunSetting {
  /** The throw-away agency that all streams belong to. */
  readonly agency: string
  readonly partitions: number
  /** Where ingress answers, for those who publish over HTTP. */
  readonly ingress?: string
}

/** Data of all events of a run. */
export interface Occurrence {
  readonly subject: string
  /** Counts up from 1 for each subject of the series. */
  readonly number: number
  /** The stream that the number belongs to. */
  readonly series: string
}

export type OccurrenceContract = EventContract<string, Occurrence>

/** The streams of a run: three that are published from outside, and the one that a service answers with. */
export interface RunStreams {
  /** Published from the outbox of an agency's own database. */
  readonly registered: OccurrenceContract
  /** Published over HTTP, through ingress. */
  readonly reported: OccurrenceContract
  /** Published through lanes, as a program of the hub does. */
  readonly measured: OccurrenceContract
  /** What the service `assessment` returns. */
  readonly decided: OccurrenceContract
}

const fields = [
  { name: 'number', type: 'long' },
  { name: 'series', type: 'string' },
]

/** Describes the streams of a run; every process of it has the same. */
export function streamsOfRun({ agency, partitions }: Pick<RunSetting, 'agency' | 'partitions'>): RunStreams {
  const contract = (stream: string, type: string): OccurrenceContract =>
    describeStream({ agency, name: stream, partitions, types: { [type]: fields } }).contract<Occurrence>(type)
  return {
    registered: contract('registrations', 'Registered'),
    reported: contract('reports', 'Reported'),
    measured: contract('readings', 'Measured'),
    decided: contract('decisions', 'Decided'),
  }
}

/** The names of the run's services, which are also their schemas. */
export function servicesOfRun(agency: string): { readonly assessment: string; readonly followUp: string } {
  return { assessment: `assessment-${agency}`, followUp: `follow-up-${agency}` }
}

/** The systems that publish from outside, by the last part of their source. */
export const systems = { outbox: 'case-system', http: 'report-system', lanes: 'meter-system' } as const

/** The schema of the agency that publishes from its own database. */
export function outboxSchema(agency: string): string {
  return `${systems.outbox}-${agency}`
}

/** Reads what this process was told. */
export function readSetting(): RunSetting {
  return JSON.parse(process.argv[2] ?? '{}') as RunSetting
}
