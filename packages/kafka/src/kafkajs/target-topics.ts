import type { Kafka } from 'kafkajs'
import { takeClusterMaker } from './cluster-of.ts'

interface ProducerCluster {
  readonly targetTopics: Set<string>
}

/**
 * Lets a producer forget the topics it has written to. kafkajs asks for all of them at once whenever it asks for one,
 * and fails as a whole when one of them was deleted: without this a dead topic would stop all others.
 */
export class TargetTopics {
  #cluster: ProducerCluster | undefined

  constructor(client: Kafka) {
    takeClusterMaker<ProducerCluster>(client, (make) => (options) => {
      this.#cluster = make(options)
      return this.#cluster
    })
  }

  /** Forgets them all; each is asked for again when it is next written to. */
  forget(): void {
    this.#cluster?.targetTopics.clear()
  }
}
