/** What an event says at which the service fails for ever; as long as the reason of the others. */
export const failingReason = 'fails'.padEnd(225, '.')
