import { storageOf, type BrokerPlace, type ControllerPlace } from './broker-places.ts'

/** The controller's `node.id`, apart from the brokers'. */
export const controllerId = 100

const always = `
# Topics are data (stream.yaml); a misspelt name is an error, not a topic.
auto.create.topics.enable=false
# No copy that lags ever leads: what was acknowledged would be gone.
unclean.leader.election.enable=false
offsets.topic.num.partitions=8
transaction.state.log.num.partitions=8
group.initial.rebalance.delay.ms=100
group.min.session.timeout.ms=1000
# A broker that was killed is fenced for this long before it may lead again.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=1000
log.cleaner.dedupe.buffer.size=16777216
`

const alone = `
default.replication.factor=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
`

const ofThree = `
default.replication.factor=3
min.insync.replicas=2
offsets.topic.replication.factor=3
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
share.coordinator.state.topic.replication.factor=3
share.coordinator.state.topic.min.isr=2
# A copy that cannot fetch holds up every acknowledgement until it no longer counts.
replica.lag.time.max.ms=6000
replica.fetch.backoff.ms=250
# Whoever was away leads its share again soon.
leader.imbalance.check.interval.seconds=30
num.network.threads=2
num.io.threads=4
`

/** The settings of one broker that is its own controller. */
export function propertiesOfOne({ listens, advertised, folder }: BrokerPlace, controllerPort: number): string {
  return settings(always, alone, {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    listeners: `PLAINTEXT://127.0.0.1:${listens.clients},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertised.clients}`,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'log.dirs': storageOf(folder),
  })
}

/** The settings of one of three brokers: clients and brokers come by doors of their own. */
export function propertiesOfBroker(
  { id, listens, advertised, folder }: BrokerPlace,
  controller: ControllerPlace,
): string {
  return settings(always, ofThree, {
    ...ofCluster(controller.advertised),
    'process.roles': 'broker',
    'node.id': String(id),
    listeners: `CLIENTS://127.0.0.1:${listens.clients},BROKERS://127.0.0.1:${listens.brokers}`,
    'advertised.listeners': `CLIENTS://127.0.0.1:${advertised.clients},BROKERS://127.0.0.1:${advertised.brokers}`,
    'inter.broker.listener.name': 'BROKERS',
    'log.dirs': storageOf(folder),
  })
}

/** The settings of the controller of three brokers. */
export function propertiesOfController({ listens, folder }: ControllerPlace): string {
  return settings(always, ofThree, {
    ...ofCluster(listens),
    'process.roles': 'controller',
    'node.id': String(controllerId),
    listeners: `CONTROLLER://127.0.0.1:${listens}`,
    'log.dirs': storageOf(folder),
  })
}

function ofCluster(controllerPort: number): Readonly<Record<string, string>> {
  return {
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': `${controllerId}@127.0.0.1:${controllerPort}`,
    'listener.security.protocol.map': 'CLIENTS:PLAINTEXT,BROKERS:PLAINTEXT,CONTROLLER:PLAINTEXT',
  }
}

function settings(every: string, some: string, own: Readonly<Record<string, string>>): string {
  const lines = Object.entries(own).map(([name, value]) => `${name}=${value}`)
  return `${every.trim()}\n${some.trim()}\n${lines.join('\n')}\n`
}
