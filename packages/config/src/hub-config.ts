import { type KeySecret } from '@samspill/contracts'
import { choiceOr, invalid, numberOr, textOr, urlOr, type Environment } from './environment.ts'
import { readKeySecrets } from './key-secrets.ts'

/** Where the hub's parts are and how a service behaves: read once from the environment, then never changed. */
export interface HubConfig {
  /** `client`: the library that speaks to the brokers. */
  readonly kafka: { readonly brokers: readonly string[]; readonly client: 'kafkajs' | 'platformatic' }
  readonly registry: { readonly url: string }
  readonly database: { readonly url: string }
  /** Without `url` traces are not sent. `sampleRatio`: the share of new traces that is recorded, 0 to 1. */
  readonly otlp: { readonly url: string | undefined; readonly sampleRatio: number }
  /** Port 0: the system chooses a free one. */
  readonly http: { readonly host: string; readonly port: number }
  /** By agency, e.g. `nav`. */
  readonly keySecrets: ReadonlyMap<string, KeySecret>
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** Who the service is to the broker; its consumer groups are `<principal>.<service>`. */
  readonly principal: string
}

const consent = 'there is no access control yet'

/** Reads the hub's variables. Throws `config-invalid`, which names the variable, the rule and the way out. */
export function readConfig(source: Environment): HubConfig {
  return Object.freeze({
    kafka: Object.freeze({
      brokers: readBrokers(source),
      client: choiceOr(source, 'SAMSPILL_KAFKA_CLIENT', ['kafkajs', 'platformatic'], 'platformatic'),
    }),
    registry: Object.freeze({
      url: urlOr(source, 'SAMSPILL_REGISTRY', ['http:', 'https:'], 'http://127.0.0.1:18081/apis/ccompat/v7'),
    }),
    database: Object.freeze({
      url: urlOr(
        source,
        'SAMSPILL_DATABASE',
        ['postgres:', 'postgresql:'],
        'postgres://samspill@127.0.0.1:15432/samspill',
      ),
    }),
    otlp: Object.freeze({
      url: urlOr(source, 'SAMSPILL_OTLP', ['http:', 'https:'], undefined),
      sampleRatio: numberOr(source, 'SAMSPILL_TRACED_PERCENT', 100, { least: 0, most: 100 }) / 100,
    }),
    http: Object.freeze(readHttp(source)),
    keySecrets: readKeySecrets(source),
    logLevel: choiceOr(source, 'SAMSPILL_LOG_LEVEL', ['debug', 'info', 'warn', 'error'], 'info'),
    principal: readPrincipal(source),
  })
}

function readBrokers(source: Environment): readonly string[] {
  const brokers = textOr(source, 'SAMSPILL_KAFKA', '127.0.0.1:19092')
    .split(',')
    .map((broker) => broker.trim())
  for (const broker of brokers) {
    const port = Number(/^(?:[\w.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(broker)?.[1] ?? 0)
    if (port < 1 || port > 65_535) {
      throw invalid(
        'SAMSPILL_KAFKA',
        'is not a list of brokers',
        'write host:port, several with commas between, e.g. 127.0.0.1:19092',
      )
    }
  }
  return Object.freeze(brokers)
}

function readHttp(source: Environment): HubConfig['http'] {
  const host = textOr(source, 'SAMSPILL_HTTP_HOST', '127.0.0.1')
  const isLoopback = host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
  if (!isLoopback && textOr(source, 'SAMSPILL_UNPROTECTED', undefined) !== consent) {
    throw invalid(
      'SAMSPILL_HTTP_HOST',
      'is reachable from other machines, and the HTTP doors have no access control',
      `leave it out to listen on this machine only, or set SAMSPILL_UNPROTECTED='${consent}'`,
    )
  }
  return { host, port: numberOr(source, 'SAMSPILL_HTTP_PORT', 0, { least: 0, most: 65_535 }) }
}

function readPrincipal(source: Environment): string {
  const principal = textOr(source, 'SAMSPILL_PRINCIPAL', 'samspill')
  if (!/^[a-z][a-z0-9.-]{0,62}$/.test(principal)) {
    throw invalid(
      'SAMSPILL_PRINCIPAL',
      'is not a name for consumer groups',
      'begin with a letter and use small letters, digits, dots and hyphens, 63 at most',
    )
  }
  return principal
}
