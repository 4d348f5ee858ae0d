import { defineConfig } from 'vitest/config';

/** What needs Spark: the end of `npm run test:spark`. */
export default defineConfig({
  test: {
    setupFiles: ['test/support/property-seed.ts'],
    include: ['test/spark/**/*.spark.ts'],
    // Each takes a Spark of its own: they do not share the machine.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
