/** The part of a kafkajs broker that joins a group. */
export interface JoiningBroker {
  joinGroup(options: { readonly memberId?: string }): Promise<unknown>
}

/**
 * The id under which the group knows us. A consumer that follows a crashed one joins with its id; as a stranger it
 * would have to wait until the group gives the old member up, a whole session timeout.
 */
export class MemberIdentity {
  #id: string | undefined

  remember(id: string): void {
    this.#id = id
  }

  /** Lets this broker's joins carry the id, until the group says that it does not know it. */
  carriedBy(broker: JoiningBroker): void {
    const joinGroup = broker.joinGroup.bind(broker)
    broker.joinGroup = async (options) => {
      const id = this.#id
      if (options.memberId || id === undefined) return joinGroup(options)
      try {
        return await joinGroup({ ...options, memberId: id })
      } catch (error) {
        const type: unknown = error instanceof Error ? Reflect.get(error, 'type') : undefined
        if (type === 'UNKNOWN_MEMBER_ID') this.#id = undefined
        throw error
      }
    }
  }
}
