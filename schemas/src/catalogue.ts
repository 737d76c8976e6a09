// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import type { AnyContract, Stream } from '@samspill/contracts'
import {
  bergenSocialAssistance,
  socialAssistanceDraftPrepared,
  socialAssistanceDraftWithdrawn,
} from './bergen/social-assistance.ts'
import {
  brregOrganisations,
  organisationChanged,
  organisationDeleted,
  organisationRegistered,
} from './brreg/organisations.ts'
import { navBenefits, wageCompensationGranted, wageCompensationRefused } from './nav/benefits.ts'
import { employerPayReported, employerPayRequested, navEmployerPay } from './nav/employer-pay.ts'
import { jobSeekerPeriodEnded, jobSeekerRegistered, navJobSeekers } from './nav/job-seekers.ts'
import { layoffNoticeWithdrawn, layoffNotified, navLayoffNotices } from './nav/layoff-notices.ts'
import { layoffChanged, layoffEnded, layoffRegistered, navLayoffs } from './nav/layoffs.ts'
import { monthlyIncomeReported, skatteetatenIncome } from './skatteetaten/income.ts'
import {
  addressProtected,
  personDied,
  residenceChanged,
  residenceRegistered,
  skatteetatenPersons,
} from './skatteetaten/persons.ts'
import { careerGuidanceOffered, careerGuidanceWithdrawn, vestlandCareerGuidance } from './vestland/career-guidance.ts'

/** An organisation that publishes. */
export interface Agency {
  /** The folder's name, e.g. `nav`. */
  readonly id: string
  readonly name: string
  readonly organisationNumber: string
  readonly level: 'state' | 'county' | 'municipality' | 'business' | 'voluntary'
  readonly contact: string
}

/** What the topic of a stream must be like. */
export interface TopicSettings {
  readonly name: string
  readonly partitions: number
  /** How long an event is kept after the broker took it; -1 is for ever. */
  readonly retentionMilliseconds: number
}

/** Every agency of the language. */
export const agencies: readonly Agency[] = [
  {
    id: 'bergen',
    name: 'Bergen kommune',
    organisationNumber: '964338531',
    level: 'municipality',
    contact: 'samspill@bergen.example',
  },
  {
    id: 'brreg',
    name: 'Brønnøysundregistrene',
    organisationNumber: '974760673',
    level: 'state',
    contact: 'samspill@brreg.example',
  },
  {
    id: 'nav',
    name: 'Arbeids- og velferdsetaten (NAV)',
    organisationNumber: '889640782',
    level: 'state',
    contact: 'samspill@nav.example',
  },
  {
    id: 'skatteetaten',
    name: 'Skatteetaten',
    organisationNumber: '974761076',
    level: 'state',
    contact: 'samspill@skatteetaten.example',
  },
  {
    id: 'vestland',
    name: 'Vestland fylkeskommune',
    organisationNumber: '821311632',
    level: 'county',
    contact: 'samspill@vestland.example',
  },
]

/** Every stream of the language. */
export const streams: readonly Stream[] = [
  bergenSocialAssistance,
  brregOrganisations,
  navBenefits,
  navEmployerPay,
  navJobSeekers,
  navLayoffNotices,
  navLayoffs,
  skatteetatenIncome,
  skatteetatenPersons,
  vestlandCareerGuidance,
]

/** Every event type of the language. */
export const contracts: readonly AnyContract[] = [
  socialAssistanceDraftPrepared,
  socialAssistanceDraftWithdrawn,
  organisationChanged,
  organisationDeleted,
  organisationRegistered,
  wageCompensationGranted,
  wageCompensationRefused,
  employerPayReported,
  employerPayRequested,
  jobSeekerPeriodEnded,
  jobSeekerRegistered,
  layoffNoticeWithdrawn,
  layoffNotified,
  layoffChanged,
  layoffEnded,
  layoffRegistered,
  monthlyIncomeReported,
  addressProtected,
  personDied,
  residenceChanged,
  residenceRegistered,
  careerGuidanceOffered,
  careerGuidanceWithdrawn,
]

/** The topics of all streams. */
export const topics: readonly TopicSettings[] = [
  { name: 'bergen.social-assistance', partitions: 6, retentionMilliseconds: 31622400000 },
  { name: 'brreg.organisations', partitions: 6, retentionMilliseconds: -1 },
  { name: 'nav.benefits', partitions: 6, retentionMilliseconds: 316224000000 },
  { name: 'nav.employer-pay', partitions: 6, retentionMilliseconds: 158112000000 },
  { name: 'nav.job-seekers', partitions: 6, retentionMilliseconds: 158112000000 },
  { name: 'nav.layoff-notices', partitions: 6, retentionMilliseconds: 63244800000 },
  { name: 'nav.layoffs', partitions: 6, retentionMilliseconds: 158112000000 },
  { name: 'skatteetaten.income', partitions: 6, retentionMilliseconds: 158112000000 },
  { name: 'skatteetaten.persons', partitions: 6, retentionMilliseconds: -1 },
  { name: 'vestland.career-guidance', partitions: 6, retentionMilliseconds: 63244800000 },
]
