import {
  municipalityNumber,
  organisationNumber,
  timestamp,
  type MunicipalityNumber,
  type OrganisationNumber,
  type Timestamp,
} from '@samspill/service'
import { fetchJson, unexpected } from './fetch-json.ts'

/** One line of the register's list of updates. */
export interface Update {
  readonly id: number
  readonly at: Timestamp
  readonly organisationNumber: OrganisationNumber
  /** Ny, Endring, Sletting, Fjernet, Ukjent, or what the register has begun to say since. */
  readonly kind: string
  readonly changes: readonly { readonly op: string; readonly path: string; readonly value?: unknown }[]
}

/** Where to read the list from: an update's id, or for the first time a moment. */
export type From = { readonly id: number } | { readonly moment: string }

/** What is taken of the register's description of an organisation. */
export interface Description {
  readonly name: string | null
  readonly form: string | null
  readonly parent: OrganisationNumber | null
  readonly industryCode: string | null
  readonly municipality: MunicipalityNumber | null
}

/** Enhetsregisteret's open API, as far as the feed needs it. */
export interface Enhetsregisteret {
  /** The updates from there on in the order of their ids, at most `size` (10,000 is the register's limit). */
  updates(from: From, size: number, signal: AbortSignal): Promise<readonly Update[]>
  /** How the organisation is described now; undefined where it is gone from the open data (410). */
  describe(number: OrganisationNumber, signal: AbortSignal): Promise<Description | undefined>
}

/** Connects to the API at `baseUrl`, e.g. `https://data.brreg.no/enhetsregisteret/api`. For errors see `fetchJson`. */
export function enhetsregisteretAt(baseUrl: string): Enhetsregisteret {
  const base = baseUrl.replace(/\/$/, '')
  return {
    updates: async (from, size, signal) => {
      const url = new URL(`${base}/oppdateringer/enheter`)
      if ('id' in from) url.searchParams.set('oppdateringsid', String(from.id))
      else url.searchParams.set('dato', from.moment)
      url.searchParams.set('size', String(size))
      url.searchParams.set('includeChanges', 'true')
      const answer = await fetchJson(url, signal)
      if (answer === 'gone') throw unexpected('404 or 410 for its list of updates')
      const found = updatesIn(answer.json).toSorted((one, other) => one.id - other.id)
      return 'id' in from ? found.filter((update) => update.id >= from.id) : found
    },
    describe: async (number, signal) => {
      const answer = await fetchJson(new URL(`${base}/enheter/${number}`), signal)
      return answer === 'gone' ? undefined : descriptionIn(answer.json)
    },
  }
}

function updatesIn(json: unknown): Update[] {
  const page = objectOf(json, 'the list of updates')
  // The register leaves `_embedded` out where there is nothing to embed.
  if (page._embedded === undefined) return []
  const list = objectOf(page._embedded, '_embedded').oppdaterteEnheter
  if (!Array.isArray(list)) throw unexpected('no list in _embedded.oppdaterteEnheter')
  return list.map((item: unknown, index) => updateIn(item, `update number ${index + 1} of the list`))
}

function updateIn(json: unknown, place: string): Update {
  const item = objectOf(json, place)
  const { oppdateringsid: id, endringstype: kind, endringer: changes = [] } = item
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1) throw unexpected(`no oppdateringsid in ${place}`)
  if (typeof kind !== 'string') throw unexpected(`no endringstype in ${place}`)
  if (!Array.isArray(changes)) throw unexpected(`endringer that are no list in ${place}`)
  return {
    id,
    kind,
    at: valueOf(timestamp, item.dato, `dato in ${place}`),
    organisationNumber: valueOf(organisationNumber, item.organisasjonsnummer, `organisasjonsnummer in ${place}`),
    changes: changes.map((change: unknown) => {
      const { op, path, value } = objectOf(change, `endringer of ${place}`)
      if (typeof op !== 'string' || typeof path !== 'string')
        throw unexpected(`a change without op or path in ${place}`)
      return value === undefined ? { op, path } : { op, path, value }
    }),
  }
}

function descriptionIn(json: unknown): Description {
  const unit = objectOf(json, 'the description')
  return {
    name: textIn(unit.navn),
    form: textIn(partOf(unit.organisasjonsform).kode),
    parent: readable(organisationNumber, unit.overordnetEnhet),
    industryCode: textIn(partOf(unit.naeringskode1).kode),
    municipality: readable(municipalityNumber, partOf(unit.forretningsadresse).kommunenummer),
  }
}

function objectOf(json: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw unexpected(`no object as ${place}`)
  return { ...json }
}

function partOf(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null ? { ...json } : {}
}

function textIn(json: unknown): string | null {
  return typeof json === 'string' && json !== '' ? json : null
}

function valueOf<Value>(read: (text: string) => Value, json: unknown, place: string): Value {
  const value = readable(read, json)
  if (value === null) throw unexpected(`no valid ${place}`)
  return value
}

function readable<Value>(read: (text: string) => Value, json: unknown): Value | null {
  if (typeof json !== 'string') return null
  try {
    return read(json)
  } catch {
    // The readers tell by throwing; the caller says what a missing value means.
    return null
  }
}
