export { createProgram } from './program.ts'
export { prepareStack } from './prepare-stack.ts'
