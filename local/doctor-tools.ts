import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { LocalSettings } from './settings.ts';

const run = promisify(execFile);

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** One line of what `doctor` says. */
export interface Check {
  readonly name: string;
  readonly isOk: boolean;
  readonly isNecessary: boolean;
  /** What is there. */
  readonly found: string;
  /** What does not work without it. */
  readonly consequence: string;
  readonly remedy: string;
}

/** What some parts need, and the rest does without. */
export function checkTools(settings: LocalSettings): Promise<Check>[] {
  return [checkCredentials(settings), checkChromium()];
}

/** What a program says first, on either stream; nothing if it is not there or fails. */
export async function firstLine(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(command, [...args], { timeout: 5_000 });
    return `${stdout}\n${stderr}`.trim().split('\n')[0] || undefined;
  } catch {
    return undefined;
  }
}

async function checkCredentials({ home, hasCredentialVariables }: LocalSettings): Promise<Check> {
  const hasFile = ['credentials', 'config'].some((name) => existsSync(join(home, '.aws', name)));
  return {
    name: 'AWS credentials',
    isOk: hasCredentialVariables || hasFile,
    isNecessary: false,
    found: hasCredentialVariables ? 'in the environment' : hasFile ? 'in ~/.aws' : 'none',
    consequence: '`npm run deploy -- --target aws` has no account to go to; everything local works',
    remedy: '`aws configure`, or AWS_PROFILE; see the README',
  };
}

async function checkChromium(): Promise<Check> {
  const found = await Promise.all(CHROMIUM.map((command) => firstLine(command, ['--version'])));
  const version = found.find((line) => line !== undefined);
  return {
    name: 'Chromium',
    isOk: version !== undefined,
    isNecessary: false,
    found: version ?? 'not in PATH',
    consequence: 'browser tests are left out; everything else works',
    remedy: 'install Chromium or Chrome (Debian, Ubuntu: `sudo apt install chromium`)',
  };
}
