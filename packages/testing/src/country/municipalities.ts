import { municipalityNumber, type MunicipalityNumber } from '@samspill/contracts'

/** A municipality of 2020. */
export interface Municipality {
  readonly number: MunicipalityNumber
  readonly name: string
  /** How many of the country's people live there, against the others. */
  readonly weight: number
}

const municipality = (number: string, name: string, weight: number): Municipality => ({
  number: municipalityNumber(number),
  name,
  weight,
})

/** Bergen has its own service in the hub; the rest of Vestland (46) has the county's; the others have neither. */
export const municipalities: readonly Municipality[] = [
  municipality('4601', 'Bergen', 45),
  municipality('4602', 'Kinn', 3),
  municipality('4614', 'Stord', 3),
  municipality('4618', 'Ullensvang', 2),
  municipality('4621', 'Voss', 3),
  municipality('4624', 'Bjørnafjorden', 4),
  municipality('4626', 'Øygarden', 5),
  municipality('4627', 'Askøy', 4),
  municipality('4631', 'Alver', 4),
  municipality('4640', 'Sogndal', 2),
  municipality('4647', 'Sunnfjord', 3),
  municipality('4649', 'Stad', 1),
  municipality('0301', 'Oslo', 12),
  municipality('1103', 'Stavanger', 5),
  municipality('5001', 'Trondheim', 6),
  municipality('5401', 'Tromsø', 3),
]
