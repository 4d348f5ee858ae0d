import { describe, expect, test } from 'vitest';

import { ledger, type Claim } from './ledger.ts';

function textsOf(claims: readonly Claim[]): unknown[] {
  return claims.map(({ text }) => text);
}

describe('what was offered and what was found', () => {
  test('are compared version by version', () => {
    const offered = ledger();
    offered.offer('a:1', 'first');
    offered.offer('a:1', 'second');
    offered.offer('a:2', 'other');
    offered.found({ id: 'a:1', kind: 'post', text: 'first' });

    expect(textsOf(offered.missing())).toEqual(['second', 'other']);
    expect(offered.counts()).toEqual({ offered: 3, kept: 1, repeated: 0, unkeepable: 0 });
  });

  test('agree however often something is found, and repetitions are counted', () => {
    const offered = ledger();
    offered.offer('a:1', 'first');
    for (let i = 0; i < 3; i++) offered.found({ id: 'a:1', kind: 'post', text: 'first' });

    expect(offered.missing()).toEqual([]);
    expect(offered.counts()).toMatchObject({ kept: 1, repeated: 2 });
  });

  test('differ where another text is found, or a post that nobody has written', () => {
    const offered = ledger();
    offered.offer('a:1', 'first');
    offered.found({ id: 'a:1', kind: 'post', text: 'fir' });
    offered.found({ id: 'a:2', kind: 'post', text: 'first' });
    offered.found({ id: 'a:1', kind: 'delete' });

    expect(offered.wrong()).toEqual(['a:1', 'a:2', 'a:1']);
    expect(textsOf(offered.missing())).toEqual(['first']);
  });

  test('need a delete only where its post was found', () => {
    const offered = ledger();
    offered.offer('a:1', 'first', 'never');
    offered.offer('a:1', undefined, 'if seen');

    expect(offered.missing()).toEqual([]);
    expect(offered.counts().unkeepable).toBe(2);
    offered.found({ id: 'a:1', kind: 'post', text: 'first' });
    expect(textsOf(offered.missing())).toEqual([undefined]);
    offered.found({ id: 'a:1', kind: 'delete' });
    expect(offered.missing()).toEqual([]);
  });

  test('may differ where a protocol turns out not to let one keep it', () => {
    const offered = ledger();
    const claim = offered.offer('a:1', 'first');

    claim.need = 'never';

    expect(offered.missing()).toEqual([]);
  });
});
