import type { Country } from './country.ts'
import type { Employer } from './employers.ts'
import type { FakeEnhetsregisteret, ListedUpdate } from './enhetsregisteret.ts'
import { syntheticOrganisationNumber } from './numbers.ts'
import { randomFrom, type Random } from './random.ts'

const idsPerDay = 1_000_000

/**
 * Fills a register with a country's employers: all are new, some change, one is deleted, one is gone from the open data,
 * and there is an update of a kind that nobody has told us of. The ids grow from day to day, with gaps. Gives back how
 * many events a feed makes of it.
 */
export function fillRegister(register: FakeEnhetsregisteret, country: Country, day: number): number {
  const random = randomFrom(`${country.seed}/register`)
  let id = day * idsPerDay
  const update = (number: string, kind: string, changes: Pick<ListedUpdate, 'endringer'> = {}): ListedUpdate => {
    id += random.integer(1, 9)
    const minute = String(id % 60).padStart(2, '0')
    const dato = `2020-03-${String(12 + (day % 18)).padStart(2, '0')}T08:${minute}:00.000Z`
    return { oppdateringsid: id, dato, organisasjonsnummer: number, endringstype: kind, ...changes }
  }
  for (const employer of country.employers) register.describe(employer.number, descriptionOf(employer))
  const gone = syntheticOrganisationNumber(random)
  const known = [
    ...country.employers.map((employer) => update(employer.number, 'Ny')),
    update(gone, 'Ny'),
    ...country.employers.flatMap((employer) => changesOf(employer, random, update)),
    update(gone, 'Fjernet'),
    update(country.employers[0]?.number ?? gone, 'Sletting'),
  ]
  register.list(...known, update(gone, 'Splittet'))
  return known.length
}

function changesOf(
  employer: Employer,
  random: Random,
  update: (number: string, kind: string, changes: Pick<ListedUpdate, 'endringer'>) => ListedUpdate,
): readonly ListedUpdate[] {
  if (!random.chance(0.2)) return []
  const endringer = [{ op: 'replace', path: '/antallAnsatte', value: random.integer(1, 40) }]
  return [update(employer.number, 'Endring', { endringer })]
}

function descriptionOf({ name, industry, municipality }: Employer): object {
  return {
    navn: name.toUpperCase(),
    organisasjonsform: { kode: 'AS', beskrivelse: 'Aksjeselskap' },
    naeringskode1: { kode: industry.code, beskrivelse: industry.name },
    forretningsadresse: { kommunenummer: municipality },
  }
}
