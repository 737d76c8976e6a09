import type { LayoffRegistered } from '@samspill/schemas'
import type { Employer } from './employers.ts'
import type { Random } from './random.ts'

/** A layoff notice in the format employers send to NAV: the field names are the format's own. */
export interface NoticeJson {
  readonly id: string
  readonly type: 'PERMITTERING_UTEN_LØNN'
  readonly antallBerorte: number
  readonly bedriftsnummer: string
  readonly sendtInnTidspunkt: string
  readonly trukketTidspunkt: string | null
  readonly startDato: string
  readonly sluttDato: null
  readonly årsakskode: 'PÅLEGG_FRA_OFFENTLIG_MYNDIGHET' | 'MANGEL_PÅ_ARBEID'
  readonly yrkeskategorier: readonly { readonly styrk08: string; readonly label: string }[]
}

/** The notices that employers give before they lay off, one each; one in twenty is withdrawn afterwards. */
export function noticesOf(
  employers: readonly Employer[],
  layoffs: readonly LayoffRegistered[],
  random: Random,
): readonly NoticeJson[] {
  return employers.flatMap((employer) => {
    const own = layoffs.filter((layoff) => layoff.subUnit === employer.subUnit)
    const [first] = own.map((layoff) => layoff.start).toSorted()
    if (first === undefined) return []
    const notice: NoticeJson = {
      id: random.uuid(),
      type: 'PERMITTERING_UTEN_LØNN',
      antallBerorte: own.length,
      bedriftsnummer: employer.subUnit,
      sendtInnTidspunkt: `${first}T07:${random.integer(10, 59)}:00.000Z`,
      trukketTidspunkt: null,
      startDato: first,
      sluttDato: null,
      årsakskode: random.pick(['PÅLEGG_FRA_OFFENTLIG_MYNDIGHET', 'MANGEL_PÅ_ARBEID'] as const),
      yrkeskategorier: [employer.industry.occupation],
    }
    return random.chance(0.05) ? [notice, { ...notice, trukketTidspunkt: `${first}T14:00:00.000Z` }] : [notice]
  })
}
