import { pino, type Logger } from 'pino'
import { describeError } from './error-description.ts'
import type { NumberNet } from './number-net.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** All that a log line may say beside its message. There is no field for a record key or for data, on purpose. */
export interface LogFields {
  /** Logged as name, code and message, never with the fields around it. */
  readonly error?: unknown
  readonly code?: string
  readonly reason?: string
  readonly topic?: string
  readonly partition?: number
  readonly offset?: bigint | number | string
  readonly group?: string
  readonly epoch?: number
  readonly lag?: bigint | number
  readonly stream?: string
  readonly agency?: string
  readonly subscription?: string
  readonly schemaId?: number
  readonly eventType?: string
  readonly eventId?: string
  readonly eventSource?: string
  readonly traceparent?: string
  readonly method?: string
  readonly route?: string
  readonly status?: number
  readonly database?: string
  readonly migration?: string
  readonly part?: string
  readonly version?: string
  readonly address?: string
  readonly port?: number
  readonly pid?: number
  readonly signal?: string
  readonly outcome?: string
  readonly attempt?: number
  readonly count?: number
  readonly bytes?: number
  readonly milliseconds?: number
}

/** Writes one line of JSON per call: time, level, service, message, the trace's id when inside a span, and the fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Where log lines go; each line ends with a line feed. */
export interface LineWriter {
  write(line: string): void
}

export interface LogOptions {
  readonly service: string
  readonly level: LogLevel
  readonly output?: LineWriter | undefined
  readonly net: NumberNet
  activeTraceId(): string | undefined
}

/** Makes the log of one service. Lines go to standard output unless told otherwise. */
export function createLog(options: LogOptions): Log {
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const traceId = options.activeTraceId()
        return traceId === undefined ? {} : { traceId }
      },
    },
    // Synchronous, so that the last line before a crash is there too.
    options.output ?? pino.destination({ dest: 1, sync: true }),
  )
  return logOver(logger, options.net)
}

function logOver(logger: Logger, net: NumberNet): Log {
  const write = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (!logger.isLevelEnabled(level)) return
    logger[level](loggable(fields, net, logger.isLevelEnabled('debug')), net.clean(message))
  }
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  }
}

function loggable(fields: LogFields, net: NumberNet, stack: boolean): Record<string, unknown> {
  const { error, offset, lag, ...plain } = fields
  const line: Record<string, unknown> = cleaned(plain, net)
  if (offset !== undefined) line['offset'] = String(offset)
  if (lag !== undefined) line['lag'] = String(lag)
  if (error !== undefined) line['error'] = cleaned(describeError(error, { stack }), net)
  return line
}

function cleaned(fields: object, net: NumberNet): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => {
      if (typeof value === 'string') return [name, net.clean(value)]
      return [name, typeof value === 'object' && value !== null ? cleaned(value, net) : value]
    }),
  )
}
