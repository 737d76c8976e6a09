export { specify, type Given, type Specification, type SpecifyOptions, type When } from './specification/specify.ts'
