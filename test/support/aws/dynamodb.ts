import { ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';

import { itemBytes } from '../../../storage/item-size.ts';
import { readUnits, writeUnits, type ConsumedUnits } from './capacity.ts';
import { meets, orderOf, updated, type Expression, type Item } from './expressions.ts';
import type { Network, Process } from './network.ts';
import { versionedTable, type TableKeys, type VersionedTable } from './versioned-table.ts';

/** DynamoDB in memory: conditions, pages, unprocessed items, reads that lag behind, items that expire some time. */
export interface SimulatedDynamo {
  /** The client of one process. */
  clientOf(process: Process): DynamoDBDocumentClient;
  /** Everything in a table now, in order of its keys, expired items too unless they have been removed. */
  items(tableName: string): Item[];
  /** Puts an item as it is, at once. */
  put(tableName: string, item: Item): void;
  /** What each table was billed for so far. */
  readonly units: ReadonlyMap<string, ConsumedUnits>;
  /** Removes some of the items that have expired; https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html */
  expire(): void;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_BATCH = 25;
/** "within a second", https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html */
const LAG_MS = 1_000;
const LARGEST_PAGE = 8;

interface Billed extends VersionedTable {
  readonly units: ConsumedUnits;
  readonly largestPage: number;
}

type Tables = ReadonlyMap<string, Billed>;

/**
 * A DynamoDB with the given tables behind a network.
 * @param largestPage so many items at most come in a page, so that there are many of them @default 8
 */
export function simulatedDynamo(
  net: Network,
  keys: Readonly<Record<string, TableKeys>>,
  largestPage = LARGEST_PAGE,
): SimulatedDynamo {
  const tables: Tables = new Map(
    Object.entries(keys).map(([name, key]) => {
      const table = versionedTable(key, net.clock.now, LAG_MS);
      return [name, { ...table, units: { read: 0, write: 0 }, largestPage }] as const;
    }),
  );
  return {
    clientOf: (process) =>
      // The part of the client that the stores use; its overloads cannot be written out here.
      ({
        send: (command: unknown) =>
          net.call(process, {
            name: nameOf(command),
            throttle: throttled,
            effect: () => execute(tables, command, net),
          }),
      }) as unknown as DynamoDBDocumentClient,
    items: (name) => tableOf(tables, name).all(),
    put: (name, item) => tableOf(tables, name).put(item),
    units: new Map([...tables].map(([name, { units }]) => [name, units])),
    expire() {
      for (const table of tables.values())
        for (const item of table.all())
          if (Number(item['expires_at'] ?? Infinity) * 1_000 < net.clock.now() && net.random.chance(0.5))
            table.remove(item);
    },
  };
}

function execute(tables: Tables, command: unknown, net: Network): unknown {
  if (command instanceof BatchWriteCommand) return batchWrite(tables, command.input, net);
  if (command instanceof QueryCommand) return query(tables, command.input, net);
  if (command instanceof GetCommand) {
    const { TableName, Key = {}, ConsistentRead } = command.input;
    const table = tableOf(tables, TableName);
    checkItem(table, Key);
    const found = table.read(Key, lag(net, ConsistentRead));
    table.units.read += readUnits(found === undefined ? [] : [found], ConsistentRead === true);
    return { Item: found };
  }
  if (command instanceof PutCommand) return put(tables, command.input);
  if (command instanceof UpdateCommand) return update(tables, command.input);
  if (command instanceof DeleteCommand) return remove(tables, command.input);
  throw new TypeError('the simulated DynamoDB does not know this command');
}

function batchWrite(tables: Tables, { RequestItems = {} }: BatchWriteCommand['input'], net: Network): unknown {
  const requests = Object.entries(RequestItems).flatMap(([name, list]) =>
    list.map((request) => ({ name, request, item: request.PutRequest?.Item ?? {} })),
  );
  if (requests.length === 0 || requests.length > MAX_BATCH) throw invalid(`a batch has 1 to ${MAX_BATCH} requests`);
  for (const { name, item } of requests) checkItem(tableOf(tables, name), item);
  const names = requests.map(({ name, item }) => JSON.stringify([name, tableOf(tables, name).keyOf(item)]));
  if (new Set(names).size < names.length) throw invalid('Provided list of item keys contains duplicates');
  const isPartial = net.isPartial();
  const UnprocessedItems: Record<string, unknown[]> = {};
  for (const { name, request, item } of requests) {
    if (isPartial && net.random.chance(0.5)) (UnprocessedItems[name] ??= []).push(request);
    else putItem(tableOf(tables, name), item);
  }
  return { UnprocessedItems };
}

function query(tables: Tables, input: QueryCommand['input'], net: Network): unknown {
  const { TableName, ExclusiveStartKey: start, ConsistentRead, ScanIndexForward = true, Limit = Infinity } = input;
  const table = tableOf(tables, TableName);
  const condition = {
    text: input.KeyConditionExpression,
    names: input.ExpressionAttributeNames,
    values: input.ExpressionAttributeValues,
  };
  const found = table
    .itemsOf(partitionOf(condition), lag(net, ConsistentRead))
    .filter((item) => meets(item, condition));
  const sortKey = table.keys.sort;
  const ordered = ScanIndexForward ? found : found.toReversed();
  const isBeyond = (item: Item): boolean => {
    const order = orderOf(item[sortKey], start?.[sortKey]);
    return ScanIndexForward ? order > 0 : order < 0;
  };
  const rest = start === undefined ? ordered : ordered.filter(isBeyond);
  const page = rest.slice(0, Math.min(Limit, 1 + net.random.below(table.largestPage)));
  table.units.read += readUnits(page, ConsistentRead === true);
  const last = page.at(-1);
  return {
    Items: page.map((item) => projected(item, input)),
    ...(page.length < rest.length && last !== undefined && { LastEvaluatedKey: table.keyOf(last) }),
  };
}

/** A key condition begins with the partition, as those of the stores do. */
function partitionOf({ text = '', values = {} }: Expression): unknown {
  const [, name = ''] = /^#?\w+ = (:\w+)/.exec(text) ?? [];
  return values[name];
}

function projected(item: Item, { ProjectionExpression, ExpressionAttributeNames = {} }: QueryCommand['input']): Item {
  if (ProjectionExpression === undefined) return item;
  const names = ProjectionExpression.split(', ').map((name) => ExpressionAttributeNames[name] ?? name);
  return Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]));
}

function putItem(table: Billed, item: Item): void {
  table.units.write += writeUnits(table.read(item), item);
  table.put(item);
}

function put(tables: Tables, input: PutCommand['input']): unknown {
  const { TableName, Item: item = {} } = input;
  const table = tableOf(tables, TableName);
  checkItem(table, item);
  const known = table.read(item);
  table.units.write += writeUnits(known, item);
  checkCondition(known ?? {}, input);
  table.put(item);
  return {};
}

function update(tables: Tables, input: UpdateCommand['input']): unknown {
  const { TableName, Key = {}, UpdateExpression: text } = input;
  const table = tableOf(tables, TableName);
  checkItem(table, Key);
  const known = table.read(Key) ?? {};
  table.units.write += writeUnits(known);
  checkCondition(known, input);
  const item = updated(known, { text, names: input.ExpressionAttributeNames, values: input.ExpressionAttributeValues });
  table.put({ ...item, ...Key });
  return {};
}

function remove(tables: Tables, input: DeleteCommand['input']): unknown {
  const { TableName, Key = {} } = input;
  const table = tableOf(tables, TableName);
  checkItem(table, Key);
  const known = table.read(Key);
  table.units.write += writeUnits(known);
  checkCondition(known ?? {}, input);
  table.remove(Key);
  return {};
}

function checkCondition(
  item: Item,
  input: PutCommand['input'] | UpdateCommand['input'] | DeleteCommand['input'],
): void {
  const { ConditionExpression: text, ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  if (meets(item, { text, names, values })) return;
  throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
}

function checkItem({ keys }: VersionedTable, item: Item): void {
  for (const name of [keys.partition, keys.sort])
    if (typeof item[name] !== 'string' || item[name] === '') throw invalid(`the key attribute ${name} is not a text`);
  if (itemBytes(item) > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
}

function lag(net: Network, isConsistent: boolean | undefined): number {
  return isConsistent === true ? 0 : net.random.below(LAG_MS);
}

function tableOf(tables: Tables, name: string | undefined): Billed {
  const table = tables.get(name ?? '');
  if (table === undefined) throw new TypeError(`there is no table ${name}`);
  return table;
}

interface CommandInput {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly ExpressionAttributeValues?: Item;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

/** The operation and what it is about, without values. */
function nameOf(command: unknown): string {
  const { input, constructor } = command as { input: CommandInput; constructor: { name: string } };
  const key = input.Key ?? input.ExpressionAttributeValues ?? Object.keys(input.RequestItems ?? {});
  return `${constructor.name} ${input.TableName ?? ''} ${JSON.stringify(key)}`;
}

function throttled(): Error {
  return serviceError('ProvisionedThroughputExceededException', 'Throughput exceeds the current capacity');
}

function invalid(message: string): Error {
  return serviceError('ValidationException', message);
}

function serviceError(name: string, message: string): Error {
  return new DynamoDBServiceException({ name, message, $fault: 'client', $metadata: {} });
}
