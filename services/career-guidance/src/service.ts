import {
  addressProtected,
  careerGuidanceOffered,
  employerPayRequested,
  personDied,
  residenceChanged,
  residenceRegistered,
  wageCompensationGranted,
  wageCompensationRefused,
} from '@samspill/schemas'
import {
  defineService,
  on,
  type HandlerContext,
  type NationalIdentityNumber,
  type ReceivedEvent,
  type Transaction,
} from '@samspill/service'
import { migrations } from './migrations.ts'
import { isResident, keepResident, keepWaiting, markOffered, takeWaiting, type Ground } from './state.ts'

/** Vestland; the first two digits of its municipalities' numbers. */
const county = '46'

/**
 * Offers career guidance to laid-off residents of the county, once per layoff, as soon as something has come of the
 * layoff. Outcome and residence come in any order. Nothing is offered by place to people whose address is protected.
 */
export const careerGuidance = defineService({
  name: 'career-guidance',
  agency: 'vestland',
  publishes: [careerGuidanceOffered],
  migrations,
  subscriptions: [
    on(residenceRegistered, ({ data }, context) => settle(data.person, isInCounty(data.municipality), context)),
    on(residenceChanged, ({ data }, context) => settle(data.person, isInCounty(data.municipality), context)),
    // Protection that is lifted tells no place: until a residence comes again the person is nobody of ours.
    on(addressProtected, ({ data }, context) => settle(data.person, false, context)),
    on(personDied, ({ data }, context) => settle(data.person, false, context)),
    on(wageCompensationGranted, (event, context) => outcome(event, 'WAGE_COMPENSATION_GRANTED', context)),
    on(employerPayRequested, (event, context) => outcome(event, 'AWAITING_EMPLOYER', context)),
    on(wageCompensationRefused, async (event, context) => {
      // There is nobody to guide where there was no layoff, or where the person has died.
      if (event.data.reason === 'REGISTERED_IN_ERROR' || event.data.reason === 'PERSON_DIED') return []
      return outcome(event, 'WAGE_COMPENSATION_REFUSED', context)
    }),
  ],
})

function isInCounty(municipality: string): boolean {
  return municipality.startsWith(county)
}

async function settle(person: NationalIdentityNumber, resident: boolean, context: HandlerContext): Promise<Offer[]> {
  await keepResident(context.transaction, person, resident)
  const offers: Offer[] = []
  for (const waiting of await takeWaiting(context.transaction, person)) {
    if (!resident) continue
    if (waiting.traceparent !== null) {
      const { traceparent, tracestate } = waiting
      context.link({ traceparent, ...(tracestate === null ? {} : { tracestate }) })
    }
    offers.push(...(await offer(context.transaction, waiting.layoffId, person, waiting.ground)))
  }
  return offers
}

async function outcome(
  event: ReceivedEvent<{ readonly layoffId: string; readonly person: NationalIdentityNumber }>,
  ground: Ground,
  context: HandlerContext,
): Promise<Offer[]> {
  const { layoffId, person } = event.data
  const resident = await isResident(context.transaction, person)
  if (resident === undefined) await keepWaiting(context.transaction, event, ground, context.now())
  return resident === true ? offer(context.transaction, layoffId, person, ground) : []
}

async function offer(
  transaction: Transaction,
  layoffId: string,
  person: NationalIdentityNumber,
  ground: Ground,
): Promise<Offer[]> {
  return (await markOffered(transaction, layoffId)) ? [careerGuidanceOffered({ layoffId, person, county, ground })] : []
}

type Offer = ReturnType<typeof careerGuidanceOffered>
