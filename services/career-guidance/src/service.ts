import {
  addressProtected,
  careerGuidanceOffered,
  careerGuidanceWithdrawn,
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
  type EventReference,
  type HandlerContext,
  type NationalIdentityNumber,
  type ReceivedEvent,
  type Transaction,
} from '@samspill/service'
import { migrations } from './migrations.ts'
import {
  forgetWaiting,
  isResident,
  keepResident,
  keepWaiting,
  markOffered,
  markWithdrawn,
  takeWaiting,
  type Ground,
} from './state.ts'

/** Vestland; the first two digits of its municipalities' numbers. */
const county = '46'

/**
 * Offers career guidance to laid-off residents of the county, once per layoff, as soon as something has come of the
 * layoff, and withdraws the offer where there turns out to have been no layoff. Outcome and residence come in any order.
 * Nothing is offered by place to people whose address is protected.
 */
export const careerGuidance = defineService({
  name: 'career-guidance',
  agency: 'vestland',
  publishes: [careerGuidanceOffered, careerGuidanceWithdrawn],
  migrations,
  keepsResults: true,
  subscriptions: [
    on(residenceRegistered, (event, context) => settle(event, isInCounty(event.data.municipality), context)),
    on(residenceChanged, (event, context) => settle(event, isInCounty(event.data.municipality), context)),
    // Protection that is lifted tells no place: until a residence comes again the person is nobody of ours.
    on(addressProtected, (event, context) => settle(event, false, context)),
    on(personDied, (event, context) => settle(event, false, context)),
    on(wageCompensationGranted, (event, context) => outcome(event, 'WAGE_COMPENSATION_GRANTED', context), {
      annulments: true,
    }),
    on(employerPayRequested, (event, context) => outcome(event, 'AWAITING_EMPLOYER', context), { annulments: true }),
    on(
      wageCompensationRefused,
      async (event, context) => {
        if (event.data.reason === 'REGISTERED_IN_ERROR' && !event.annuls) return withdraw(event.data, context)
        // There is nobody to guide where the person has died.
        if (event.data.reason === 'PERSON_DIED') return []
        return outcome(event, 'WAGE_COMPENSATION_REFUSED', context)
      },
      { annulments: true },
    ),
  ],
})

function isInCounty(municipality: string): boolean {
  return municipality.startsWith(county)
}

async function settle(event: AboutPerson, resident: boolean, context: HandlerContext): Promise<Offer[]> {
  const { person } = event.data
  await keepResident(context.transaction, person, resident)
  const offers: Offer[] = []
  for (const waiting of await takeWaiting(context.transaction, person)) {
    if (!resident) continue
    if (waiting.traceparent !== null) {
      const { traceparent, tracestate } = waiting
      context.link({ traceparent, ...(tracestate === null ? {} : { tracestate }) })
    }
    offers.push(...(await offer(context.transaction, { layoffId: waiting.layoffId, person }, waiting.ground, event)))
  }
  return offers
}

/** What has been offered stands also where the outcome is taken back: guidance is offered whatever comes of a layoff. */
async function outcome(event: ReceivedEvent<LaidOff>, ground: Ground, context: HandlerContext): Promise<Offer[]> {
  if (event.annuls) {
    await forgetWaiting(context.transaction, event.data.layoffId, ground)
    return []
  }
  const resident = await isResident(context.transaction, event.data.person)
  if (resident === undefined) await keepWaiting(context.transaction, event, ground, context.now())
  return resident === true ? offer(context.transaction, event.data, ground, event) : []
}

async function offer(
  transaction: Transaction,
  { layoffId, person }: LaidOff,
  ground: Ground,
  offeredBy: EventReference,
): Promise<Offer[]> {
  const isFirst = await markOffered(transaction, layoffId, offeredBy)
  return isFirst ? [careerGuidanceOffered({ layoffId, person, county, ground })] : []
}

/** There was no layoff: what was offered is withdrawn, and what comes of it later offers nothing. */
async function withdraw({ layoffId, person }: LaidOff, context: HandlerContext): Promise<Withdrawal[]> {
  const withdrawn = await markWithdrawn(context.transaction, layoffId)
  if (withdrawn === undefined) return []
  const { source, id } = withdrawn
  const offers = source === null || id === null ? [] : await context.resultOf({ source, id }, careerGuidanceOffered)
  const offered = offers.find(({ data }) => data.layoffId === layoffId)
  const envelope = offered === undefined ? {} : { corrects: { source: offered.source, id: offered.id } }
  return [careerGuidanceWithdrawn({ layoffId, person, reason: 'REGISTERED_IN_ERROR' }, envelope)]
}

interface LaidOff {
  readonly layoffId: string
  readonly person: NationalIdentityNumber
}

type AboutPerson = ReceivedEvent<{ readonly person: NationalIdentityNumber }>
type Offer = ReturnType<typeof careerGuidanceOffered>
type Withdrawal = ReturnType<typeof careerGuidanceWithdrawn>
