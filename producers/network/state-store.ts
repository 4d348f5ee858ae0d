import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';

import { replaceFile } from '../replace-file.ts';
import type { StateStore } from './network.ts';

/** What a producer remembers cannot be read or written. The message says which and why, in one sentence. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** Files of a folder, one for each name, that only their owner can read. */
export function fileStateStore(folder: string): StateStore {
  const pathOf = (name: string): string => join(folder, `${name}.json`);
  return {
    async read(name) {
      try {
        return JSON.parse(await readFile(pathOf(name), 'utf8'));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw new StateError(`${pathOf(name)} cannot be read: remove it to start anew.`, { cause: error });
      }
    },
    async write(name, value) {
      const path = pathOf(name);
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await replaceFile(path, `${JSON.stringify(value)}\n`);
      } catch (error) {
        throw new StateError(`${path} cannot be written: ${String(error)}.`, { cause: error });
      }
    },
  };
}

/** Items of a table with the partition key `name`; values of at most 400 kB. */
export function tableStateStore(documents: DynamoDBDocumentClient, tableName: string): StateStore {
  return {
    async read(name) {
      const command = new GetCommand({ TableName: tableName, Key: { name }, ConsistentRead: true });
      const { Item } = await documents.send(command).catch(unusable(tableName, 'read'));
      const json: unknown = Item?.['json'];
      return typeof json === 'string' ? JSON.parse(json) : undefined;
    },
    async write(name, value) {
      const command = new PutCommand({ TableName: tableName, Item: { name, json: JSON.stringify(value) } });
      await documents.send(command).catch(unusable(tableName, 'written'));
    },
  };
}

/** What is left when the SDK has tried it several times. */
function unusable(tableName: string, how: string) {
  return (error: unknown): never => {
    const name = error instanceof Error ? error.name : String(error);
    throw new StateError(`The table ${tableName} cannot be ${how} (${name}).`, { cause: error });
  };
}

/** Remembers nothing over restarts. */
export function memoryStateStore(): StateStore {
  const values = new Map<string, string>();
  return {
    async read(name) {
      const json = values.get(name);
      return json === undefined ? undefined : JSON.parse(json);
    },
    async write(name, value) {
      values.set(name, JSON.stringify(value));
    },
  };
}
