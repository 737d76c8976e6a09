/** What `--help` says below the options of each command about dead letters. */

export const listHelp = `
A dead letter is an event that no retry helps any more: its subject's later events of the stream wait behind it, in order.
Its data is never listed.

Examples:
  $ samspill dead list                               everything that waits for a person
  $ samspill dead list wage-compensation --from 2h   what has failed in the last two hours
  $ samspill dead list --code id-reused --json       for scripts`

export const showHelp = `
Examples:
  $ samspill dead show wage-compensation 17
  $ samspill dead show wage-compensation 17 --reveal --reason "the employer asks what we have received"`

export const redriveHelp = `
A redrive may be repeated, and stopped midway: no event is handled twice, and the order per subject stays. A dry run asks a
running process of the service; handlers that do something outside of their transaction do it then too.

Examples:
  $ samspill dead redrive wage-compensation --dry-run
  $ samspill dead redrive wage-compensation 17 18 --reason "the rate table has March 2020 now"
  $ samspill dead redrive wage-compensation --code handler-failed --rate 5/s --reason "mended in 1.4.2"`

export const discardHelp = `
A discarded event is not handled when it is read again, nor when it is sent again with the same id and content. Its subject's
next event goes on.

Examples:
  $ samspill dead discard wage-compensation 17 --reason "a test event, as the agency confirms"
  $ samspill dead discard wage-compensation --code decode-not-framed --yes --reason "written by a console by mistake"`

export const logHelp = `
Examples:
  $ samspill dead log wage-compensation`
