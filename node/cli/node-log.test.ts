import { expect, it } from 'vitest';
import type { Fact } from '../contract/trace.ts';
import { createHub } from '../host/hub.ts';
import { jsonLog } from './node-log.ts';

it('a reader who stands still costs no memory without end: facts are left out meanwhile, and then it is told how many', () => {
  const hub = createHub({ shell: null });
  const lines: { readonly event: string; readonly seq?: number; readonly facts?: number }[] = [];
  let waitingBytes = 0;
  const log = jsonLog({ hub }, { write: (line) => void lines.push(JSON.parse(line)), waitingBytes: () => waitingBytes });
  const fact = (seq: number): Fact => ({ kind: 'mu.continued', journey: 'j' as never, limit: 1, unit: 'mu', seq, atMs: 0 });
  log.begin({
    event: 'ready',
    pid: 1,
    project: '',
    urls: {},
    upload: null,
    wallet: null,
    authority: null,
    scheduler: null,
    luaModule: null,
    feed: null,
  });
  hub.tell('facts', { unit: 'mu', facts: [fact(1)] });
  waitingBytes = 100 * 1024 * 1024;
  hub.tell('facts', { unit: 'mu', facts: [fact(2), fact(3)] });
  waitingBytes = 0;
  hub.tell('facts', { unit: 'mu', facts: [fact(4)] });
  log.end();
  expect(lines.map(({ event, seq, facts }) => [event, seq ?? facts ?? 0])).toEqual([
    ['ready', 0],
    ['fact', 1],
    ['gap', 2],
    ['fact', 4],
    ['end', 0],
  ]);
});
