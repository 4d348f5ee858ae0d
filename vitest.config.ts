import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: ['test/support/property-seed.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/search/**'],
          testTimeout: 30_000,
          // Its modules import folders, which Node does not.
          server: { deps: { inline: ['dt-sql-parser'] } },
        },
      },
      {
        test: {
          name: 'integration',
          setupFiles: ['test/support/property-seed.ts'],
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/deployed-app.ts'],
          // One emulator, one stream: the suites share it and run one after the other.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          server: { deps: { inline: ['dt-sql-parser'] } },
        },
      },
      {
        test: {
          name: 'search',
          setupFiles: ['test/support/property-seed.ts'],
          include: ['test/search/**/*.test.ts'],
          globalSetup: ['test/support/shared-search-server.ts'],
          // One server, one set of templates: the suites share it and run one after the other.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
