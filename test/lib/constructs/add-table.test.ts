import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, test } from 'vitest';

import { addTable, type TableProps } from '../../../lib/constructs/add-table.ts';
import { makeStage } from '../../support/stage.ts';

function tableWith(props: Partial<TableProps> = {}): Template {
  const { stack, config } = makeStage();
  addTable(stack, 'things', { config, partitionKey: 'kind', sortKey: 'name', ...props });
  return Template.fromStack(stack);
}

describe('a table', () => {
  test('has two text keys', () => {
    tableWith().hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'kind', KeyType: 'HASH' },
        { AttributeName: 'name', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'kind', AttributeType: 'S' },
        { AttributeName: 'name', AttributeType: 'S' },
      ],
    });
  });

  test('keeps its items, and its changes to itself, unless told otherwise', () => {
    tableWith().hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: Match.absent(),
      StreamSpecification: Match.absent(),
    });
  });

  test('can let items go and show its changes', () => {
    tableWith({ doesExpire: true, hasStream: true }).hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
  });
});
