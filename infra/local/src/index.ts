export {
  joinStack,
  readStack,
  resetStack,
  stackStatus,
  startStack,
  stopStack,
  type RunningStack,
  type StartOptions,
} from './stack.ts'
export {
  controllerPart,
  isBrokerPart,
  type BrokerChoice,
  type BrokerCount,
  type BrokerPlace,
} from './brokers/broker-places.ts'
export { commitAtHand } from './commit-at-hand.ts'
export { installJars } from './install/jars.ts'
export { resetLeftStacks } from './left-stacks.ts'
export { serviceFlags, serviceMemory } from './parts/service.ts'
export { type StackFile } from './stack-file.ts'
export { type PartStatus } from './parts/part.ts'
export { type OnProgress, type Progress } from './progress.ts'
export { type BrokerPorts, type PortChoice } from './stack-ports.ts'
export { cloneFolder, defaultStackName } from './locations.ts'
