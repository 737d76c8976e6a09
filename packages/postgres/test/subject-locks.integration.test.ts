import { lockSubjects, migrate, type LockSpace } from '@samspill/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

describe('the locks of subjects', () => {
  let under: SchemaUnderTest
  beforeAll(async () => {
    under = schemaUnderTest()
    await migrate(under.database, under.schema)
  })
  afterAll(() => under[Symbol.asyncDispose]())

  const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
  const held = (database: typeof under.database, space: LockSpace, subjects: string[], work: () => Promise<void>) =>
    database.transaction(async (transaction) => {
      await lockSubjects(transaction, space, subjects)
      await work()
    })

  /** Runs two transactions side by side and says whether they were ever inside at the same time. */
  const meet = async (
    one: { space: LockSpace; subjects: string[] },
    two: { space: LockSpace; subjects: string[]; schema?: string },
  ): Promise<boolean> => {
    const other = under.open({ schema: two.schema ?? under.schema })
    let inside = 0
    let most = 0
    const work = async (): Promise<void> => {
      inside += 1
      most = Math.max(most, inside)
      await pause(80)
      inside -= 1
    }
    await Promise.all([held(under.database, one.space, one.subjects, work), held(other, two.space, two.subjects, work)])
    return most > 1
  }

  it('keep two processes from handling the same subject at the same time', async () => {
    const kari = { space: 'handling', subjects: ['kari', 'ola'] } as const
    expect(await meet({ ...kari, subjects: ['kari', 'ola'] }, { ...kari, subjects: ['siri', 'kari'] })).toBe(false)
  })

  it('let different subjects, spaces and schemas run side by side', async () => {
    const kari = { space: 'handling' as const, subjects: ['kari'] }
    expect(await meet(kari, { ...kari, subjects: ['ola'] })).toBe(true)
    expect(await meet(kari, { ...kari, space: 'publishing' })).toBe(true)
    expect(await meet(kari, { ...kari, schema: 'another-service' })).toBe(true)
  })

  it('never deadlock when two processes lock the same subjects crosswise', async () => {
    const other = under.open()
    const subjects = Array.from({ length: 200 }, (_, number) => `person ${number}`)
    const lockMany = (database: typeof under.database, order: string[]): Promise<void[]> =>
      Promise.all(Array.from({ length: 25 }, () => held(database, 'handling', order, async () => undefined)))
    await expect(
      Promise.all([lockMany(under.database, subjects), lockMany(other, subjects.toReversed())]),
    ).resolves.toHaveLength(2)
  })

  it('take each subject once, also where it is named twice', async () => {
    const locks = await under.database.transaction(async (transaction) => {
      await lockSubjects(transaction, 'handling', ['kari', 'ola', 'kari'])
      await lockSubjects(transaction, 'handling', [])
      return transaction.query(`select objid from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`)
    })
    expect(locks.rowCount).toBe(2)
  })
})
