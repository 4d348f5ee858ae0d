import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { stackName } from '../deployment/outputs.ts';

export interface LeftOverOptions {
  readonly preset: string;
  /** Of the synthesized app. */
  readonly folder: string;
  readonly isDeployed: (stackName: string) => Promise<boolean>;
}

/**
 * The name of the stack of always-on producers, if it is deployed and no longer part of the app: the CDK leaves such a
 * stack alone, and it goes on reading, and costing. Undefined if there is none.
 */
export async function leftOverProducers({ preset, folder, isDeployed }: LeftOverOptions): Promise<string | undefined> {
  const name = stackName(preset, 'Producers');
  if (existsSync(join(folder, `${name}.template.json`))) return undefined;
  return (await isDeployed(name)) ? name : undefined;
}
