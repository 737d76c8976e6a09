import type { NewEvent } from './event.ts'
import type { Stream } from './stream.ts'

declare const dataOfSchema: unique symbol

/** An Avro record schema that carries the TypeScript type of its data. */
export interface AvroSchema<Data = unknown> {
  readonly type: 'record'
  readonly name: string
  readonly namespace: string
  readonly doc?: string
  readonly fields: readonly object[]
  readonly [dataOfSchema]?: Data
}

/** The TypeScript form of an event type: call it to make an event, read it to describe one. */
export interface EventContract<Type extends string, Data> {
  (data: Data, envelope?: NewEvent['envelope']): NewEvent<Type, Data>
  readonly type: Type
  readonly stream: Stream
  readonly schema: AvroSchema<Data>
}

/** Any contract. A contract is invariant in its data, so this is the one `any` of the design. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyContract = EventContract<string, any>

/** The data of a contract's events. */
export type DataOf<Contract extends AnyContract> = Contract extends EventContract<string, infer Data> ? Data : never

/** Makes the contract of one event type; generated code calls it, nobody else needs to. */
export function defineContract<const Type extends string, Data>(
  type: Type,
  stream: Stream,
  schema: AvroSchema<Data>,
): EventContract<Type, Data> {
  const contract: EventContract<Type, Data> = Object.assign(
    (data: Data, envelope: NewEvent['envelope'] = {}): NewEvent<Type, Data> => ({ contract, type, data, envelope }),
    { type, stream, schema },
  )
  return contract
}
