import type { ClientOptions } from '../client-options.ts'
import { GroupReader } from '../group/group-reader.ts'
import type { ReaderSettings } from '../group/reader-settings.ts'
import type { PartitionReader, ReadOptions, RunningReader } from '../partition-reader.ts'
import type { TopicAdmin } from '../topic-admin.ts'
import { ConsumerMember } from './consumer-member.ts'
import { MemberIdentity } from './member-identity.ts'

/** Makes a reader over kafkajs. */
export function kafkajsReader(client: ClientOptions, topics: TopicAdmin, settings: ReaderSettings): PartitionReader {
  return {
    async run(options: ReadOptions): Promise<RunningReader> {
      const identity = new MemberIdentity()
      const reader = new GroupReader(client.log, topics, options, (partitions) => {
        return new ConsumerMember(client, settings, options, partitions, identity)
      })
      reader.start()
      return reader
    },
  }
}
