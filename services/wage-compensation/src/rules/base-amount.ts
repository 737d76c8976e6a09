import { localDate, type LocalDate } from '@samspill/service'

/** The basic amount (grunnbeløp, G) in øre, from when it holds and from when it was known. */
interface BaseAmount {
  readonly amount: number
  readonly validFrom: LocalDate
  readonly knownFrom: LocalDate
}

/** Source: NAV's own table (navikt/dp-grunnbelop): the amount of 2020 was put into effect on 19 September, back to May. */
const baseAmounts: readonly BaseAmount[] = [
  { amount: 9_985_800, validFrom: localDate('2019-05-01'), knownFrom: localDate('2019-05-01') },
  { amount: 10_135_100, validFrom: localDate('2020-05-01'), knownFrom: localDate('2020-09-19') },
]

/**
 * The basic amount in øre that holds on one day, as known on another: a decision of June 2020 about May could only know
 * the amount of 2019, and the same decision made in October takes the new one.
 */
export function baseAmount(validOn: LocalDate, knownOn: LocalDate): number {
  const known = baseAmounts.filter((each) => each.validFrom <= validOn && each.knownFrom <= knownOn).at(-1)
  return (known ?? baseAmounts[0])?.amount ?? 0
}
