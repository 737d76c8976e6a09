type Json = Readonly<Record<string, unknown>>

/** A field of an event's schema. */
export const field = (name: string, type: unknown, more: Json = {}): Json => ({ name, type, ...more })

/** A nullable field, as the published language writes it. */
export const optional = (name: string, type: unknown): Json => field(name, ['null', type], { default: null })

/** The schema of one event type. */
export const event = (...fields: readonly Json[]) => ({
  type: 'record',
  name: 'LayoffRegistered',
  namespace: 'nav.layoffs',
  fields,
})

export const decimal = (precision: number, scale: number) => ({
  type: 'bytes',
  logicalType: 'decimal',
  precision,
  scale,
})
