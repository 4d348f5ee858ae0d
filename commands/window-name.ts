import { WINDOW_NAMES, type WindowName } from '../core/windows.ts';
import { UsageError } from '../deployment/command-line.ts';

/** @throws UsageError if there is no such window */
export function parseWindowName(text: string | undefined): WindowName {
  const name = WINDOW_NAMES.find((known) => known === text);
  if (name === undefined)
    throw new UsageError(
      `--window is ${text === undefined ? 'missing' : JSON.stringify(text)}; allowed is ${WINDOW_NAMES.join(', ')}.`,
    );
  return name;
}
