import { isNationalIdentityNumber, isOrganisationNumber } from './check-digits.ts'
import { HubError } from './failure.ts'
import { daysOfLocalDate } from './local-date-days.ts'
import { millisecondsOfMoment } from './moment.ts'

declare const brand: unique symbol
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name }

/** A national identity number (fødselsnummer or D-nummer), eleven digits with valid check digits. */
export type NationalIdentityNumber = Branded<string, 'NationalIdentityNumber'>
/** An organisation number (organisasjonsnummer), nine digits with a valid check digit. */
export type OrganisationNumber = Branded<string, 'OrganisationNumber'>
/** A municipality number (kommunenummer): four digits, the first two are the county's. */
export type MunicipalityNumber = Branded<string, 'MunicipalityNumber'>
/** A calendar date as `yyyy-mm-dd`. */
export type LocalDate = Branded<string, 'LocalDate'>
/** A moment, in milliseconds since 1970-01-01T00:00:00Z. */
export type Timestamp = Branded<number, 'Timestamp'>
/** A decimal number as text, e.g. `"12.50"`: never rounded by binary fractions. */
export type Decimal = Branded<string, 'Decimal'>

/** Reads a national identity number. Throws `invalid-value` without repeating the number. */
export function nationalIdentityNumber(text: string): NationalIdentityNumber {
  if (!isNationalIdentityNumber(text)) {
    throw invalid('is not a national identity number: eleven digits with valid check digits are needed')
  }
  return text as NationalIdentityNumber
}

/** Reads an organisation number. Throws `invalid-value`. */
export function organisationNumber(text: string): OrganisationNumber {
  if (!isOrganisationNumber(text)) {
    throw invalid('is not an organisation number: nine digits with a valid check digit are needed')
  }
  return text as OrganisationNumber
}

/** Reads a municipality number. Throws `invalid-value`. */
export function municipalityNumber(text: string): MunicipalityNumber {
  if (!/^\d{4}$/.test(text)) throw invalid('is not a municipality number: four digits are needed')
  return text as MunicipalityNumber
}

/** Reads a calendar date, `yyyy-mm-dd`. Throws `invalid-value`, also for days that do not exist. */
export function localDate(text: string): LocalDate {
  if (daysOfLocalDate(text) === undefined) throw invalid('is not a date: write a day that exists as yyyy-mm-dd')
  return text as LocalDate
}

/** The furthest moment that a JavaScript date can tell, either way. */
const furthestMilliseconds = 8.64e15

/** Reads a moment from an RFC 3339 text, or from milliseconds since 1970. Throws `invalid-value`. */
export function timestamp(moment: string | number): Timestamp {
  if (typeof moment === 'number') {
    if (!Number.isInteger(moment) || Math.abs(moment) > furthestMilliseconds)
      throw invalid('is not a moment: whole milliseconds since 1970 are needed')
    return moment as Timestamp
  }
  const milliseconds = millisecondsOfMoment(moment)
  if (milliseconds === undefined) {
    throw invalid('is not a time: write RFC 3339 with a zone, e.g. 2020-03-20T08:30:00Z')
  }
  return milliseconds as Timestamp
}

/** Reads a decimal number, e.g. `"-12.50"`. Throws `invalid-value`. */
export function decimal(text: string): Decimal {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) throw invalid('is not a decimal number: write it as text, e.g. "12.50"')
  return text as Decimal
}

function invalid(message: string): HubError {
  return new HubError('invalid-value', message)
}
