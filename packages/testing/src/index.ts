export { specify, type Given, type Specification, type SpecifyOptions, type When } from './specification/specify.ts'
export { startThreeBrokers, type ThreeBrokers } from './stack/three-brokers.ts'
export { connectTestHub, type TestHub } from './stack/test-hub.ts'
export {
  describeStream,
  throwAwayAgency,
  throwAwaySecret,
  type ThrowAwayOptions,
  type ThrowAwayStream,
} from './stack/throw-away-stream.ts'
export { eventually } from './eventually.ts'
export { countryOf, type Country } from './country/country.ts'
export { liveOneDay, type DayOptions, type LivedDay, type Today } from './country/day/live-one-day.ts'
export { observe, type Observation, type ObservedEvent } from './country/day/observation.ts'
export { untilNothingMissing, type Settlement } from './country/day/settlement.ts'
export {
  startEnhetsregisteret,
  type CannedAnswer,
  type FakeEnhetsregisteret,
  type ListedUpdate,
} from './country/enhetsregisteret.ts'
export { fillRegister } from './country/register-updates.ts'
export { silentLog } from './specification/silent-log.ts'
export { sendToIngress, type HttpEvent } from './country/day/http-doors.ts'
export { layoffEvents } from './country/day/nav-events.ts'
export { answeringEmployers } from './country/day/answers.ts'
export { incomeSystem } from './country/day/income-system.ts'
export { populationRegister } from './country/day/population-register.ts'
export { randomFrom } from './country/random.ts'
