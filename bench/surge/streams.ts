import type { EventContract } from '@samspill/contracts'
import { describeStream, type ThrowAwayOptions } from '@samspill/testing'

/** What the processes of one run must agree on. */
export interface SurgeRun {
  /** The agency of the notices, which all rounds read. */
  readonly noticeAgency: string
  /** The agency of this round's decisions. */
  readonly agency: string
  /** base64url. */
  readonly secret: string
  /** The schema of the municipality's rows; the others are in the agency's own. */
  readonly municipality: string
}

export interface Notice {
  readonly subject: string
  readonly employer: string
  readonly percent: number
}

export interface Decision {
  readonly subject: string
  readonly days: number
  readonly totalInOre: number
}

export function noticeContract(agency: string): EventContract<string, Notice> {
  return describeStream(noticeStream(agency)).contract('LayoffNotified')
}

export function decisionContract(agency: string): EventContract<string, Decision> {
  return describeStream(decisionStream(agency)).contract('CompensationGranted')
}

export function noticeStream(agency: string): ThrowAwayOptions {
  const fields = [
    { name: 'employer', type: 'string' },
    { name: 'percent', type: 'int' },
  ]
  return { agency, name: 'notices', types: { LayoffNotified: fields } }
}

export function decisionStream(agency: string): ThrowAwayOptions {
  const fields = [
    { name: 'days', type: 'int' },
    { name: 'totalInOre', type: 'long' },
  ]
  return { agency, name: 'decisions', types: { CompensationGranted: fields } }
}

/** What is decided for a notice; the same bare and through the hub. */
export function decide({ subject, percent }: Notice): Decision {
  return { subject, days: 18, totalInOre: 18 * 1_800 * percent }
}

export const layoffTable =
  'create table layoff (at bigint generated always as identity primary key, subject text, employer text, percent integer)'
export const draftTable =
  'create table draft (at bigint generated always as identity primary key, subject text, days integer, total bigint)'
