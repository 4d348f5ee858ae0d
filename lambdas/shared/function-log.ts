import { Logger } from '@aws-lambda-powertools/logger';

/** The log of a function: JSON lines with `level`, `message`, `timestamp`, `service` and `function`. */
export function functionLog(name: string): Logger {
  return new Logger({ persistentKeys: { function: name } });
}
