import type { HandlerContext } from '@samspill/service'

const nothing = (): void => undefined

/** A log that says nothing. */
export const silentLog: HandlerContext['log'] = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
}
