import {
  addressProtected,
  careerGuidanceOffered,
  employerPayRequested,
  layoffChanged,
  layoffRegistered,
  monthlyIncomeReported,
  personDied,
  residenceChanged,
  residenceRegistered,
  socialAssistanceDraftPrepared,
  socialAssistanceDraftWithdrawn,
  wageCompensationGranted,
  wageCompensationRefused,
  type LayoffChanged,
  type LayoffRegistered,
  type ResidenceChanged,
  type ResidenceRegistered,
} from '@samspill/schemas'
import {
  defineService,
  on,
  type HandlerContext,
  type NationalIdentityNumber,
  type ReceivedEvent,
} from '@samspill/service'
import { forgetFact, keepFact, type Fact } from './facts.ts'
import { migrations } from './migrations.ts'
import { becomesResident, isNoResident, standingOf } from './people.ts'
import { municipality, prepareDrafts, withdrawDraft } from './prepare.ts'

/**
 * Prepares a draft of an application for social assistance for laid-off residents of the municipality, filled in with
 * what other agencies have already shared, so that the person is asked only for what nobody knows.
 */
export const socialAssistance = defineService({
  name: 'social-assistance',
  agency: 'bergen',
  publishes: [socialAssistanceDraftPrepared, socialAssistanceDraftWithdrawn],
  migrations,
  keepsResults: true,
  subscriptions: [
    on(residenceRegistered, (event, context) => settle(event, context)),
    on(residenceChanged, (event, context) => settle(event, context)),
    // Protection that is lifted tells no place: until a residence comes again the person is nobody of ours.
    on(addressProtected, ({ data }, context) => isNoResident(context.transaction, data.person, context.now())),
    on(personDied, ({ data }, context) => isNoResident(context.transaction, data.person, context.now())),
    on(
      layoffRegistered,
      async (event, context) => {
        if (!event.annuls) return learn(event, context, 'LAYOFF', layoffFact(event.data))
        await forgetFact(context.transaction, event.data.person, { fact: 'LAYOFF', about: event.data.layoffId })
        return withdrawDraft(event.data.person, event.data.layoffId, context)
      },
      { annulments: true },
    ),
    on(layoffChanged, (event, context) => learn(event, context, 'LAYOFF', layoffFact(event.data))),
    on(monthlyIncomeReported, (event, context) => {
      const { subUnit, month, payments } = event.data
      return learn(event, context, 'INCOME', { about: `${month} ${subUnit}`, content: { subUnit, month, payments } })
    }),
    on(
      wageCompensationGranted,
      (event, context) => {
        const { layoffId, from, to, totalInOre, paySource } = event.data
        const content = { outcome: 'granted', from, to, totalInOre, paySource }
        return learnOutcome(event, context, { about: layoffId, content })
      },
      { annulments: true },
    ),
    on(
      wageCompensationRefused,
      async (event, context) => {
        const { layoffId, person, reason } = event.data
        const content = { outcome: 'refused', reason }
        const prepared = await learnOutcome(event, context, { about: layoffId, content })
        const isNoLayoff = reason === 'REGISTERED_IN_ERROR' && !event.annuls
        return isNoLayoff ? [...prepared, ...(await withdrawDraft(person, layoffId, context))] : prepared
      },
      { annulments: true },
    ),
    on(
      employerPayRequested,
      (event, context) => {
        const content = { outcome: 'employer asked' }
        return learnOutcome(event, context, { about: event.data.layoffId, content, unlessKnown: true })
      },
      { annulments: true },
    ),
    on(careerGuidanceOffered, (event, context) =>
      learn(event, context, 'CAREER_GUIDANCE', { about: event.data.layoffId, content: { county: event.data.county } }),
    ),
  ],
})

async function settle(
  event: ReceivedEvent<ResidenceRegistered | ResidenceChanged>,
  context: HandlerContext,
): Promise<readonly Prepared[]> {
  const { person, municipality: residence, from } = event.data
  if (residence !== municipality) {
    await isNoResident(context.transaction, person, context.now())
    return []
  }
  await becomesResident(context.transaction, person, context.now())
  const content = { municipality: residence, from, movedIn: event.type === residenceChanged.type }
  await keepFact(context.transaction, event, { fact: 'RESIDENCE', about: '', content })
  return prepareDrafts(event, context)
}

async function learn(
  event: ReceivedEvent<{ readonly person: NationalIdentityNumber }>,
  context: HandlerContext,
  fact: Fact['fact'],
  told: Told,
): Promise<readonly Prepared[]> {
  const { person } = event.data
  const standing = await standingOf(context.transaction, person, context.now())
  if (standing === 'elsewhere') return []
  await keepFact(context.transaction, event, { fact, ...told })
  return standing === 'resident' ? prepareDrafts(event, context) : []
}

/** An outcome that is taken back is forgotten, where no other has come since; the draft keeps it until then. */
async function learnOutcome(
  event: ReceivedEvent<{ readonly person: NationalIdentityNumber }>,
  context: HandlerContext,
  told: Told,
): Promise<readonly Prepared[]> {
  if (!event.annuls) return learn(event, context, 'WAGE_COMPENSATION', told)
  const outcome = { fact: 'WAGE_COMPENSATION', about: told.about } as const
  await forgetFact(context.transaction, event.data.person, { ...outcome, toldBy: event.corrects?.id })
  return []
}

function layoffFact(layoff: LayoffRegistered | LayoffChanged): Told {
  const { layoffId, employer, subUnit, start, end, percentage } = layoff
  return { about: layoffId, content: { employer, subUnit, start, end, percentage } }
}

/** A fact as a handler reads it out of an event; the event's own stream and id go with it. */
type Told = Pick<Fact, 'about' | 'content'> & { readonly unlessKnown?: boolean }
type Prepared = ReturnType<typeof socialAssistanceDraftPrepared>
