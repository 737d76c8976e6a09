import { HubError } from '@samspill/contracts'

/** The error of bytes that would unpack to more than we hold. */
export function tooLarge(limit: number): HubError {
  return new HubError('unpacked-too-large', `the batch unpacks to more than ${limit} bytes`)
}
