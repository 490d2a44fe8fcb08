import { describe, expect, test } from 'vitest';
import type { LogFind } from '../../node/contract/log-find.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const LONG = 'x'.repeat(5_000);

interface Told {
  readonly node: TestNode;
  readonly token: ProcessId;
  readonly other: ProcessId;
}

/** Two processes whose messages differ in what the window does not know of them: tags, and data behind its first words. */
async function told(): Promise<Told> {
  const node = await startNode();
  const token = await node.spawn(
    'Handlers.add("Relay", "Relay", function(msg) Send({ Target = msg.To, Memo = "Handed On", Data = "for you" }) end)',
  );
  const other = await node.spawn('-- nothing', [{ name: 'Memo', value: '' }]);
  await node.send(token, 'Pay', `${LONG} the needle in it`, [{ name: 'Quantity', value: '100' }]);
  await node.send(token, 'Pay', 'Grüße aus Köln', [{ name: 'Quantity', value: '7' }]);
  await node.send(other, 'Quantity', '{"NEEDLE":1}', [{ name: 'Memo', value: 'Rent of May' }]);
  await node.send(token, 'Relay', '', [{ name: 'To', value: other }]);
  await node.idle();
  return { node, token, other };
}

/** Where it was found, part by part of no time at all. */
async function places({ node, token, other }: Told, find: LogFind): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after = 0; ;) {
    const part = await node.node.ask('su.search', { find, after, budgetMs: 1 });
    for (const { process, slots } of part.found)
      for (const slot of slots) found.push(`${process === token ? 'token' : process === other ? 'other' : '?'} ${slot}`);
    after = part.readTo;
    if (after >= part.last) return found.toSorted();
  }
}

const tag = (name: string, sign: 'has' | '=' | '~' | '>' | '<', value = ''): LogFind => ({ kind: 'tag', name, sign, value });

describe('the messages of all logs', () => {
  test('are found by any text of their tags and data, also behind what the window has of them', async () => {
    const all = await told();
    const rows: readonly (readonly [LogFind, readonly string[]])[] = [
      [{ kind: 'text', text: 'needle' }, ['other 1', 'token 1']],
      [{ kind: 'text', text: 'rent OF may' }, ['other 1']],
      [{ kind: 'data', text: 'Grüße' }, ['token 2']],
      [{ kind: 'data', text: 'rent' }, []],
      // Anchors and addresses are no text that anybody wrote.
      [{ kind: 'text', text: 'aaaaaaaa' }, []],
      [tag('quantity', 'has'), ['token 1', 'token 2']],
      [tag('Quantity', '=', '100'), ['token 1']],
      [tag('Quantity', '=', '10'), []],
      [tag('Quantity', '>', '50'), ['token 1']],
      [tag('Quantity', '<', '50'), ['token 2']],
      [tag('Memo', '~', 'may'), ['other 1']],
      [tag('Memo', '=', ''), ['other 0']],
      [tag('Memo', '=', 'handed on'), ['other 2']],
    ];
    for (const [find, expected] of rows) expect([find, await places(all, find)]).toEqual([find, expected]);

    const { seen: names } = await all.node.node.ask('su.tags', { name: null, part: 'quan', limit: 10 });
    expect(names).toEqual([{ text: 'Quantity', count: 2 }]);
    const { seen: memos } = await all.node.node.ask('su.tags', { name: 'memo', part: '', limit: 10 });
    expect(memos.map(({ text }) => text).toSorted()).toEqual(['', 'Handed On', 'Rent of May']);

    // What comes later is counted and found from where one was.
    const { readTo } = await all.node.node.ask('su.search', { find: tag('Quantity', 'has'), after: 0, budgetMs: 1_000 });
    await all.node.send(all.other, 'Pay', '', [{ name: 'Quantity', value: '5' }]);
    expect((await all.node.node.ask('su.search', { find: tag('Quantity', 'has'), after: readTo, budgetMs: 1_000 })).found).toEqual([
      { process: all.other, slots: [3] },
    ]);
    expect((await all.node.node.ask('su.tags', { name: null, part: 'quan', limit: 10 })).seen).toEqual([{ text: 'Quantity', count: 3 }]);
  });
});
