import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

/** On the real stack, one file at a time: all share it, and it wants the machine's cores for itself. */
const onTheStack = { fileParallelism: false, maxWorkers: 1, globalSetup: './workspace/test-stack.ts' }

/** Three levels, told apart by file name: no process; real broker, registry and database; whole flows and faults. */
export default defineConfig({
  test: {
    projects: [
      level('unit', {
        exclude: [...testFiles('.integration'), ...testFiles('.e2e')],
        include: testFiles(''),
        // Nothing works at import time and nothing is global: files share a process, and modules are read once.
        isolate: false,
        // Specifications start a PostgreSQL inside the process, which takes its time on a busy machine.
        testTimeout: 30_000,
        sequence: { groupOrder: 0 },
      }),
      level('integration', {
        ...onTheStack,
        include: testFiles('.integration'),
        testTimeout: 60_000,
        hookTimeout: 120_000,
        sequence: { groupOrder: 1 },
      }),
      level('e2e', {
        ...onTheStack,
        include: testFiles('.e2e'),
        testTimeout: 180_000,
        hookTimeout: 300_000,
        sequence: { groupOrder: 2 },
      }),
    ],
  },
})

function level(name: string, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration {
  return { test: { name, ...test } }
}

function testFiles(suffix: string): string[] {
  return [`{schemas,packages/*,services/*,infra/*,bench,faults,workspace}/test/**/*${suffix}.test.ts`]
}
