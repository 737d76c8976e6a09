import { defineConfig } from 'vitest/config'

const tests = (level: string): string[] => [`{schemas,packages/*,services/*,infra/*}/test/**/*${level}.test.ts`]

/** Three levels, told apart by file name: no process; real broker, registry and database; whole flows and faults. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: tests(''),
          exclude: [...tests('.integration'), ...tests('.e2e')],
        },
      },
      {
        test: {
          name: 'integration',
          include: tests('.integration'),
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          isolate: true,
        },
      },
      {
        test: {
          name: 'e2e',
          include: tests('.e2e'),
          testTimeout: 180_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
        },
      },
    ],
  },
})
