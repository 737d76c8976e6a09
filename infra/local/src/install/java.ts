import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { HubError } from '@samspill/contracts'
import { runCommand } from './run-command.ts'

/** A Java runtime on this machine. */
export interface JavaRuntime {
  /** The `java` program. */
  readonly java: string
  readonly home: string
  readonly majorVersion: number
  /** As the JDK writes it, e.g. `25.0.3`. */
  readonly version: string
}

/** The folders where operating systems and version managers put JDKs. */
function usualFolders(environment: NodeJS.ProcessEnv): readonly string[] {
  const home = environment.HOME ?? ''
  return [
    '/usr/lib/jvm',
    '/usr/java',
    '/opt/java',
    '/opt',
    '/Library/Java/JavaVirtualMachines',
    '/opt/homebrew/opt',
    '/usr/local/opt',
    join(home, '.sdkman/candidates/java'),
    join(home, '.jdks'),
    join(home, '.asdf/installs/java'),
    join(home, '.local/share/mise/installs/java'),
  ]
}

/**
 * The newest Java of at least that version: JAVA_HOME first, then PATH, then the usual folders. Throws `java-missing`
 * with what was found and where it was looked for.
 */
export async function findJava(minimum: number, environment: NodeJS.ProcessEnv): Promise<JavaRuntime> {
  const found: JavaRuntime[] = []
  for (const home of candidateHomes(environment)) {
    const version = parseJavaVersion(await versionTextOf(home))
    if (version !== undefined) found.push({ java: join(home, 'bin/java'), home, ...version })
  }
  const fit = found.filter((runtime) => runtime.majorVersion >= minimum)
  // JAVA_HOME is somebody's choice; among the others the newest starts fastest.
  const chosen = fit.find((runtime) => runtime.home === environment.JAVA_HOME) ?? fit.toSorted(newestFirst)[0]
  if (chosen === undefined) throw javaMissing(minimum, found)
  return chosen
}

/** Reads the version in the text of a JDK's `release` file or of `java -version`; undefined where there is none. */
export function parseJavaVersion(
  text: string,
): { readonly version: string; readonly majorVersion: number } | undefined {
  const version = /(?:JAVA_VERSION="|version ")([^"]+)"/.exec(text)?.[1]
  // Java 8 called itself 1.8.
  const majorVersion = /^(?:1\.)?(\d+)/.exec(version ?? '')?.[1]
  return version === undefined || majorVersion === undefined
    ? undefined
    : { version, majorVersion: Number(majorVersion) }
}

/** The error when no Java is new enough. */
export function javaMissing(minimum: number, found: readonly JavaRuntime[]): HubError {
  const seen =
    found.length === 0
      ? 'none was found'
      : `only ${found.map((runtime) => `Java ${runtime.majorVersion} in ${runtime.home}`).join(', ')} was found`
  return new HubError(
    'java-missing',
    `Java ${minimum} or newer is needed, but ${seen} (looked in JAVA_HOME, on PATH and in the usual folders such as ` +
      `/usr/lib/jvm): install a JDK ${Math.max(minimum, 21)}, or set JAVA_HOME to one`,
  )
}

function newestFirst(one: JavaRuntime, other: JavaRuntime): number {
  return other.majorVersion - one.majorVersion
}

function candidateHomes(environment: NodeJS.ProcessEnv): readonly string[] {
  const onPath = (environment.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'java'))
    .filter((file) => existsSync(file))
    .map((file) => dirname(dirname(realpathSync(file))))
  const inFolders = usualFolders(environment).flatMap((folder) =>
    namesIn(folder).flatMap((name) => [
      join(folder, name),
      join(folder, name, 'Contents/Home'),
      join(folder, name, 'libexec/openjdk.jdk/Contents/Home'),
    ]),
  )
  const homes = [environment.JAVA_HOME ?? '', ...onPath, ...inFolders]
  return [...new Set(homes)].filter((home) => home !== '' && existsSync(join(home, 'bin/java')))
}

async function versionTextOf(home: string): Promise<string> {
  const release = join(home, 'release')
  if (existsSync(release)) return readFileSync(release, 'utf8')
  try {
    return (await runCommand(join(home, 'bin/java'), ['-version'])).stderr
  } catch {
    // A java that does not run is none.
    return ''
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // The folder is of another system or tool.
    return []
  }
}
