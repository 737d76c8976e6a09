import { join } from 'node:path'
import { installJaeger, jaegerVersion } from '../install/jaeger.ts'
import { cacheFolder, type StackLocations } from '../locations.ts'
import type { OnProgress } from '../progress.ts'
import type { Launch, Part } from './part.ts'
import { probeHttp } from './probes.ts'

const mostTraces = 200_000

/** Jaeger, all in one process, with traces in memory. */
export function jaegerPart(options: {
  readonly locations: StackLocations
  readonly queryPort: number
  readonly otlpPort: number
  readonly onProgress: OnProgress
  readonly signal: AbortSignal
}): Part {
  const { queryPort, otlpPort } = options
  // Jaeger opens a port for everything it can speak; what nobody here speaks gets a port of the system's choice.
  const closed = [
    'admin.http',
    'query.grpc-server',
    'collector.otlp.grpc',
    'collector.grpc-server',
    'collector.http-server',
    'http-server',
  ].map((name) => `--${name}.host-port=127.0.0.1:0`)
  const agent = ['jaeger-binary', 'jaeger-compact', 'zipkin-compact'].map(
    (name) => `--processor.${name}.server-host-port=127.0.0.1:0`,
  )
  const install = (): Promise<string> => installJaeger(cacheFolder(process.env), options.onProgress, options.signal)
  return {
    name: 'jaeger',
    version: jaegerVersion,
    address: `http://127.0.0.1:${queryPort}`,
    install: async () => void (await install()),
    launch: async (): Promise<Launch> => ({
      file: join(await install(), 'jaeger'),
      parameters: [
        `--query.http-server.host-port=127.0.0.1:${queryPort}`,
        `--collector.otlp.http.host-port=127.0.0.1:${otlpPort}`,
        '--collector.otlp.enabled=true',
        `--memory.max-traces=${mostTraces}`,
        '--log-level=warn',
        ...closed,
        ...agent,
      ],
      folder: options.locations.folder,
      environment: { SPAN_STORAGE_TYPE: 'memory' },
    }),
    probe: () => probeHttp(`http://127.0.0.1:${queryPort}/api/services`),
    stopSignal: 'SIGTERM',
    // Its traces are in memory and go with it, and it waits long for clients that are quiet.
    stopMilliseconds: 200,
    startMilliseconds: 30_000,
  }
}
