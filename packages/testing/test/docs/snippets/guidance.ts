import { careerGuidanceOffered, residenceRegistered, wageCompensationRefused } from '@samspill/schemas'
import { defineService, on } from '@samspill/service'

/** Offers career guidance to residents of Vestland whose wage compensation was refused. */
export const guidance = defineService({
  name: 'guidance',
  agency: 'vestland',
  publishes: [careerGuidanceOffered],
  migrations: [{ number: 1, name: 'residents', sql: 'create table residents (person text primary key)' }],
  subscriptions: [
    on(residenceRegistered, async ({ data }, { transaction }) => {
      if (!data.municipality.startsWith('46')) return
      await transaction.query('insert into residents (person) values ($1) on conflict do nothing', [data.person])
    }),
    on(wageCompensationRefused, async ({ data }, { transaction }) => {
      const { layoffId, person } = data
      const { rowCount } = await transaction.query('select from residents where person = $1', [person])
      if (rowCount === 0) return []
      return careerGuidanceOffered({ layoffId, person, county: '46', ground: 'WAGE_COMPENSATION_REFUSED' })
    }),
  ],
})
