import type { AppendFailure } from './append-error.ts'

/** What the failure of an append means for its records. */
export type Verdict = Pick<AppendFailure, 'outcome' | 'retriable' | 'rebuildWriter'> & { code: string; message: string }

/** Nothing was written, and the same records may succeed later. */
export const again = (code: string, message: string): Verdict => ({
  code,
  message,
  outcome: 'not-written',
  retriable: true,
})
/** No second attempt helps. */
export const never = (code: string, message: string): Verdict => ({
  code,
  message,
  outcome: 'not-written',
  retriable: false,
})
/** The outcome is not known. */
export const unsure = (code: string, message: string): Verdict => ({
  code,
  message,
  outcome: 'unknown',
  retriable: true,
})
const rebuild = (message: string): Verdict => ({ ...again('writer-lost', message), rebuildWriter: true })

/** What each answer of a broker means for the records. An answer that is not here leaves it unknown. */
export const verdicts: Readonly<Record<string, Verdict>> = {
  UNKNOWN_TOPIC_OR_PARTITION: again('topic-unknown', 'the broker does not know the topic or partition'),
  LEADER_NOT_AVAILABLE: again('leader-away', 'the partition has no leader now'),
  NOT_LEADER_FOR_PARTITION: again('leader-away', 'another broker leads the partition now'),
  NOT_LEADER_OR_FOLLOWER: again('leader-away', 'another broker leads the partition now'),
  REPLICA_NOT_AVAILABLE: again('leader-away', 'the partition has no leader now'),
  BROKER_NOT_AVAILABLE: again('broker-unreachable', 'the broker is not available'),
  NOT_ENOUGH_REPLICAS: again('too-few-replicas', 'too few replicas are in sync to take the records'),
  COORDINATOR_LOAD_IN_PROGRESS: again('broker-unreachable', 'the broker is not ready yet'),
  COORDINATOR_NOT_AVAILABLE: again('broker-unreachable', 'the broker is not ready yet'),
  CORRUPT_MESSAGE: again('record-damaged', 'the records were damaged on their way'),
  REQUEST_TIMED_OUT: unsure('append-timed-out', 'the replicas did not answer in time'),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: unsure('too-few-replicas', 'too few replicas are in sync to keep the records'),
  KAFKA_STORAGE_ERROR: unsure('broker-storage', 'the broker could not write to its disk'),
  OUT_OF_ORDER_SEQUENCE_NUMBER: rebuild('the broker has lost count of this writer'),
  UNKNOWN_PRODUCER_ID: rebuild('the broker has forgotten this writer'),
  INVALID_PRODUCER_EPOCH: rebuild('the broker has fenced this writer'),
  INVALID_PRODUCER_ID_MAPPING: rebuild('the broker has forgotten this writer'),
  PRODUCER_FENCED: rebuild('the broker has fenced this writer'),
  DUPLICATE_SEQUENCE_NUMBER: { ...rebuild('the broker took the records for older ones'), outcome: 'unknown' },
  MESSAGE_TOO_LARGE: never('record-too-large', 'the records are larger than the topic takes'),
  RECORD_LIST_TOO_LARGE: never('record-too-large', 'the records are larger than the topic takes'),
  INVALID_RECORD: never('record-refused', 'the broker refuses the record: a compacted topic takes none without a key'),
  INVALID_TIMESTAMP: never('record-refused', 'the broker refuses the time of the record'),
  POLICY_VIOLATION: never('record-refused', 'a policy of the broker refuses the record'),
  INVALID_TOPIC_EXCEPTION: never('topic-invalid', 'the topic name is not one that Kafka takes'),
  TOPIC_AUTHORIZATION_FAILED: never('topic-forbidden', 'this principal may not write to the topic'),
  CLUSTER_AUTHORIZATION_FAILED: never('writer-forbidden', 'this principal may not write'),
}

/** For an answer that is not in the list. */
export const unforeseen = unsure('append-failed', 'the broker answered with an error that is not known here')
