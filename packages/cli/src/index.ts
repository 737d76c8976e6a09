export { createProgram } from './program.ts'
export { prepareStack } from './prepare-stack.ts'
export { caseOf, type Case, type Step } from './trace/case-tree.ts'
export { jaegerApi, type JaegerApi, type JaegerTrace } from './trace/jaeger-api.ts'
