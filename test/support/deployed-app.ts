import type { TestProject } from 'vitest/node';

import { startTestEmulator } from './emulator.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Environment of child processes that act on the deployed app. */
    environment: Record<string, string>;
  }
}

/** Deploys the real app once for all integration tests: to an emulator of its own, or to AWS_ENDPOINT_URL. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const emulator = await startTestEmulator();
  const environment = Object.entries(emulator.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  project.provide('environment', Object.fromEntries(environment));
  return () => emulator.stop();
}
