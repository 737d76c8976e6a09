export { type BytesCheck } from './bytes-check.ts'
export { compileContract, createCodecs, type Codecs, type CompiledContract, type ContractCodec } from './codec.ts'
export { frame, frameSize, schemaIdOf, unframe } from './frame.ts'
export { createEventDecoder, type DecodedEvent, type EventDecoder } from './event-decoder.ts'
export { DecodeError, EncodeError, type DecodeCode } from './failures.ts'
export { type FieldProblem, type FieldRule } from './field-problem.ts'
export { connectRegistry, type SchemaRegistry } from './schema-registry.ts'
export { type RegistryOptions } from './registry-http.ts'
export { parseSchema } from './parse-schema.ts'
export { type SchemaNode } from './schema-tree.ts'
export {
  checkAgainstVersions,
  checkCompatibility,
  checkSchema,
  type CompatibilityLevel,
  type Incompatibility,
  type IncompatibilityRule,
} from './compatibility.ts'
export { createRegistrar, type Registrar, type SchemaEntry, type Verdict } from './registrar.ts'
