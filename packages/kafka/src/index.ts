export { AppendError, type AppendFailure } from './append-error.ts'
export { type ConnectOptions, type KafkaConnection } from './connection.ts'
export { type LaneRecord, type SendWaiter } from './lane-entry.ts'
export { connectKafka, type KafkaClient } from './connect.ts'
export { createLanes, type Acknowledgement, type Lanes, type LanesOptions, type SendOptions } from './lanes.ts'
export { type KafkaLog } from './log.ts'
export {
  type Assignment,
  type IncomingBatch,
  type IncomingRecord,
  type LostPosition,
  type PartitionReader,
  type ReadOptions,
  type RunningReader,
} from './partition-reader.ts'
export { type OutgoingRecord, type PartitionWriter } from './partition-writer.ts'
export { partitionOf } from './partitioner.ts'
export { type RangePart, type RecordRange } from './range/read-range.ts'
export { mostRecordBytes, sizeOfRecord } from './record-size.ts'
export { type LogEnds, type NewTopic, type TopicAdmin, type TopicDescription } from './topic-admin.ts'
export { nameOfPartition, type Position, type TopicPartition } from './topic-partition.ts'
