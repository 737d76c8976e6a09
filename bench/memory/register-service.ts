import { defineContract, type AvroSchema, type Stream } from '@samspill/contracts'
import { defineService, on, run } from '@samspill/service'

/** A small event about one person. */
export interface Movement {
  readonly subject: string
  readonly municipality: string
}

/** What the process is told in its one argument: as data, so that it loads nothing that a service would not. */
export interface RegisterOrder {
  /** Names the service and its schema. */
  readonly name: string
  readonly agency: string
  readonly type: string
  readonly stream: Stream
  readonly schema: AvroSchema<Movement>
}

if (import.meta.main) {
  const { name, agency, type, stream, schema } = JSON.parse(process.argv[2] ?? '') as RegisterOrder
  await run(
    defineService({
      name,
      agency,
      migrations: [
        { number: 1, name: 'resident', sql: 'create table resident (person text primary key, moves integer not null)' },
      ],
      subscriptions: [
        on(
          defineContract<string, Movement>(type, stream, schema),
          async ({ data }, { transaction }) => {
            await transaction.query(
              `insert into resident (person, moves) values ($1, 1)
               on conflict (person) do update set moves = resident.moves + 1`,
              [data.subject],
            )
          },
          { independent: true },
        ),
      ],
    }),
  )
}
