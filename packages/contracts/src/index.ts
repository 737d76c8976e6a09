export { defineContract, type AnyContract, type AvroSchema, type DataOf, type EventContract } from './contract.ts'
export { type Envelope, type EventReference, type NewEvent, type ReceivedEvent } from './event.ts'
export { HubError, PermanentFailure, RetryLater } from './failure.ts'
export {
  localDate,
  municipalityNumber,
  nationalIdentityNumber,
  organisationNumber,
  timestamp,
  decimal,
  type Decimal,
  type LocalDate,
  type MunicipalityNumber,
  type NationalIdentityNumber,
  type OrganisationNumber,
  type Timestamp,
} from './values.ts'
export { isNationalIdentityNumber, isOrganisationNumber } from './check-digits.ts'
export { holdsNationalNumber, withoutNationalNumbers } from './national-number-in-text.ts'
export { daysOfLocalDate, localDateOfDays } from './local-date-days.ts'
export { millisecondsOfMoment, textOfMoment } from './moment.ts'
export { keyOfSubject, keySecret, secretOf, type KeySecret } from './record-key.ts'
export { eventSource, idMadeFrom, returnedEventId } from './event-identity.ts'
export { envelopeFromHeaders, type RecordFacts } from './header-reader.ts'
export { createHeaderWriter, headersOfEnvelope, type HeaderWriter } from './header-writer.ts'
export {
  decodeHeaders,
  encodeHeaders,
  headersInWireForm,
  headerText,
  noHeaders,
  type Header,
  type RecordHeaders,
} from './record-headers.ts'
export { registrySubject, topicOf, type Stream } from './stream.ts'
