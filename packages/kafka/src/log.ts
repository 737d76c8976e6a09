import type { Log } from '@samspill/telemetry'

/** The log as this package needs it. Nothing of a record goes in: no key, no value, no header. */
export type KafkaLog = Log
