import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';

export interface TableProps {
  readonly config: Config;
  readonly partitionKey: string;
  /** @default - none: an item for each partition key */
  readonly sortKey?: string;
  /**
   * Whether items go after the epoch second in their `expires_at`.
   * @default false
   */
  readonly doesExpire?: boolean;
  /**
   * Whether changes can be followed, with the item as it is after each.
   * @default false
   */
  readonly hasStream?: boolean;
}

/**
 * Adds an encrypted table with text keys that costs what is used. It is kept, protected and restorable when the
 * settings say retain. A function, not a construct around the table, so that the id is the name the table is known by.
 */
export function addTable(scope: Construct, id: string, { config, ...props }: TableProps): Table {
  const removal = removalPolicy(config);
  const isKept = removal === RemovalPolicy.RETAIN;
  const table = new Table(scope, id, {
    partitionKey: { name: props.partitionKey, type: AttributeType.STRING },
    ...(props.sortKey !== undefined && { sortKey: { name: props.sortKey, type: AttributeType.STRING } }),
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: isKept },
    deletionProtection: isKept,
    removalPolicy: removal,
    ...(props.doesExpire === true && { timeToLiveAttribute: 'expires_at' }),
    ...(props.hasStream === true && { stream: StreamViewType.NEW_IMAGE }),
  });
  if (!isKept)
    Validations.of(table).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'The settings say that the data goes with the stack: there is nothing to restore',
    });
  return table;
}
