import { join } from 'node:path'
import { classArchive, type ClassArchive } from '../install/class-archive.ts'
import { findJava, type JavaRuntime } from '../install/java.ts'
import { installRegistry, registryVersion } from '../install/registry.ts'
import { cacheFolder, type StackLocations } from '../locations.ts'
import { freePorts } from '../machine/ports.ts'
import type { OnProgress } from '../progress.ts'
import type { Secrets } from '../secrets.ts'
import type { Launch, Part } from './part.ts'
import { probeHttp } from './probes.ts'
import type { RegistryTokens } from './registry-tokens.ts'

/** What the front door needs to know of the registry behind it. */
export interface RegistryBehindDoor {
  readonly part: Part
  /** The registry's own port, another one after each start; undefined before the first. */
  readonly port: () => number | undefined
}

/** Apicurio Registry on a port of its own behind the front door, with its schemas in PostgreSQL. */
export function registryPart(options: {
  readonly locations: StackLocations
  readonly secrets: Secrets
  readonly doorUrl: string
  readonly databasePort: number
  readonly tokens: RegistryTokens
  readonly onProgress: OnProgress
  readonly signal: AbortSignal
}): RegistryBehindDoor {
  const { doorUrl, secrets, tokens } = options
  let port: number | undefined
  let archive: ClassArchive | undefined
  const install = async (): Promise<{ readonly runtime: JavaRuntime; readonly installed: string }> => {
    const runtime = await findJava(21, process.env)
    return {
      runtime,
      installed: await installRegistry(cacheFolder(process.env), options.onProgress, options.signal),
    }
  }
  const part: Part = {
    name: 'registry',
    version: registryVersion,
    address: doorUrl,
    install: async () => void (await install()),
    launch: async (): Promise<Launch> => {
      const { runtime, installed } = await install()
      archive = classArchive(cacheFolder(process.env), `registry-${registryVersion}`, runtime, options.locations.folder)
      ;[port] = await freePorts(1)
      const settings = settingsOf(port ?? 0, options.databasePort)
      return {
        file: runtime.java,
        // It answers a few requests a minute: code that is compiled once and quickly starts it in half the time.
        parameters: [
          ...['-Xms96m', '-Xmx320m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
          ...archive.flags,
          ...settings,
          ...['-jar', join(installed, 'quarkus-run.jar')],
        ],
        folder: options.locations.folder,
        environment: {
          APICURIO_DATASOURCE_PASSWORD: secrets.registryDatabasePassword,
          QUARKUS_OIDC_PUBLIC_KEY: tokens.publicKey,
        },
      }
    },
    probe: () => probeHttp(`${doorUrl}/config`),
    stopSignal: 'SIGTERM',
    stopMilliseconds: 8_000,
    startMilliseconds: 90_000,
    stopped: async () => await archive?.keep(),
  }
  return { part, port: () => port }
}

function settingsOf(port: number, databasePort: number): readonly string[] {
  const settings: Record<string, string> = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': String(port),
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': '0',
    'quarkus.http.access-log.enabled': 'false',
    // Only the front door has tokens: its public key stands in for a whole identity provider.
    'quarkus.oidc.tenant-enabled': 'true',
    'quarkus.oidc.application-type': 'service',
    'quarkus.http.auth.permission.door.paths': '/*',
    'quarkus.http.auth.permission.door.policy': 'authenticated',
    'apicurio.storage.kind': 'sql',
    'apicurio.storage.sql.kind': 'postgresql',
    'apicurio.datasource.url': `jdbc:postgresql://127.0.0.1:${databasePort}/registry`,
    'apicurio.datasource.username': 'registry',
    'apicurio.datasource.jdbc.initial-size': '2',
    'apicurio.datasource.jdbc.min-size': '2',
    'apicurio.datasource.jdbc.max-size': '10',
    'apicurio.rest.deletion.group.enabled': 'false',
    'apicurio.rest.deletion.artifact.enabled': 'false',
    // Only the registrar gets through the door with it, to take back a version that another process's write made unfit.
    'apicurio.rest.deletion.artifact-version.enabled': 'true',
  }
  return Object.entries(settings).map(([name, value]) => `-D${name}=${value}`)
}
