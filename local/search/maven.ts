import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { SetupError } from '../../deployment/command-line.ts';

/**
 * The path of Maven: of MAVEN_HOME, else of PATH.
 * @throws SetupError that says what to install
 */
export async function findMaven(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { MAVEN_HOME = '', PATH = '' } = environment;
  const folders = [...(MAVEN_HOME === '' ? [] : [join(MAVEN_HOME, 'bin')]), ...PATH.split(delimiter)];
  for (const folder of folders) {
    const path = join(folder, 'mvn');
    if (await isExecutable(path)) return path;
  }
  throw new SetupError(
    'OpenSearch is fetched by Maven, and there is no `mvn` in PATH: install it (Debian, Ubuntu: `sudo apt install maven`; macOS: `brew install maven`).',
  );
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
