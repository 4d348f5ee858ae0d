import { defineConfig } from 'vitest/config';

/** The tests of the core and of the stage in memory: what is mutated is noticed there, or it is a survivor. */
export default defineConfig({
  test: {
    setupFiles: ['test/support/property-seed.ts'],
    include: ['test/core/**/*.test.ts', 'test/lambdas/shared/aggregation.test.ts'],
    testTimeout: 60_000,
  },
});
