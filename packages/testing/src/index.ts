export { specify, type Given, type Specification, type SpecifyOptions, type When } from './specification/specify.ts'
export { connectTestHub, type TestHub } from './stack/test-hub.ts'
export {
  describeStream,
  throwAwayAgency,
  throwAwaySecret,
  type ThrowAwayOptions,
  type ThrowAwayStream,
} from './stack/throw-away-stream.ts'
export { eventually } from './eventually.ts'
