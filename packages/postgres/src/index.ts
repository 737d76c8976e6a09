export { escapeIdentifier, escapeLiteral } from 'pg'
export { bigintArray, bytesArray, integerArray, textArray } from './binary-array.ts'
export { openDatabase, type Database, type DatabaseOptions } from './database.ts'
export { type Answer, type PlainClient, type Queryable, type Transaction } from './queryable.ts'
export { type Session } from './session.ts'
export { DatabaseUnavailable, isConnectionLoss, isTransient, StatementError } from './failure.ts'
export { createOutboxTables, migrate } from './migrate.ts'
export { type Migration } from './migration.ts'
export { lockBatches, type BatchMode } from './batch-lock.ts'
export { lockSubjects, type LockSpace } from './subject-locks.ts'
export {
  acceptAll,
  isTakenBefore,
  takeAll,
  purgedFromInbox,
  purgeInbox,
  type Acceptance,
  type InboxEntry,
} from './inbox.ts'
export { appendToOutbox, type OutboxRow } from './outbox.ts'
export {
  markStopped,
  readPositions,
  readProgress,
  savePosition,
  type Position,
  type Progress,
  type Stop,
  type TopicPartition,
} from './positions.ts'
export { type ParkedFailure, type ParkedRecord, type ParkedState, type RecordToPark } from './parking/parked-event.ts'
export { park, parkAgain, type ToPark } from './parking/park.ts'
export { holdParkedKeys, removeParked, wakeForgotten } from './parking/parked-keys.ts'
export { claimParked, dueRecords, parkedLines, type DueQuery } from './parking/due-records.ts'
export { closeBreaker, openBreaker, openBreakers, type OpenBreaker } from './parking/breakers.ts'
export { parkingStatus, type ParkingStatus } from './parking/parking-status.ts'
export { giveUpUnread, type UnreadStream } from './parking/unread-streams.ts'
export { glance, type Glance } from './glance.ts'
export { type Log, type LogFields } from './log.ts'
export { type VacuumOutcome } from './outbox-vacuum.ts'
export { startRelay, type Relay, type RelayOptions, type RelayState } from './relay.ts'
export { type RelayRow } from './relay-store.ts'
export { RowNotice } from './row-notice.ts'
export { outboxStatus, retryParked, type OutboxStatus } from './outbox-status.ts'
export { readActions, writeAction, type OperatorAction, type Responsibility } from './operators/operator-action.ts'
export {
  askService,
  endRequest,
  holdRequest,
  keepAsking,
  purgeRequests,
  readRequest,
  releaseRequest,
  takeRequest,
  withdrawRequest,
  type NewRequest,
  type RequestState,
  type RequestStatus,
  type TakenRequest,
} from './operators/operator-request.ts'
export {
  claimDeadLetter,
  countDeadLetters,
  listDeadLetters,
  readDeadLetter,
  readParkedPayload,
  type DeadLetter,
  type DeadLetterFilter,
  type ParkedPayload,
} from './operators/dead-letters.ts'
export { redrive, redriveProgress, type Redriven, type RedriveProgress } from './operators/redrive.ts'
export { discard, discardedOffsets } from './operators/discard.ts'
export {
  discardRefused,
  readOutboxPayload,
  refusedRows,
  retriedRows,
  retryRefused,
  type RefusedRow,
} from './operators/refused-rows.ts'
export { CorrectionQueue } from './replay/correction-queue.ts'
export {
  FoundDifferences,
  type FoundDifference,
  type LeftDifferences,
  type ReturnedCorrection,
} from './replay/found-differences.ts'
export { waitingInOutbox, type WaitingRow } from './replay/waiting-in-outbox.ts'
export { handledBefore, handledExtents } from './replay/handled-extent.ts'
export { HandledHistory, type HandledRecord } from './replay/handled-history.ts'
export { knownToInbox, settledElsewhere } from './replay/known-records.ts'
export { SentHistory, type SentRecord } from './replay/sent-history.ts'
export { analyzeShadow, createShadow, dropSchema, shadowSchemaOf, swapOwnObjects } from './replay/shadow-schema.ts'
export { keepResults, purgeResults, readResults, type KeptResult } from './results/results.ts'
export { resumePartition, type Resumption } from './operators/resume.ts'
