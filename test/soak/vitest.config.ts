import { defineConfig } from 'vitest/config';

/** What takes minutes and proves what needs a long run: `npm run soak`. */
export default defineConfig({
  test: {
    setupFiles: ['test/support/property-seed.ts'],
    include: ['test/soak/**/*.soak.ts'],
    // Each is about memory or time: they do not share the machine.
    fileParallelism: false,
    testTimeout: 1_800_000,
  },
});
