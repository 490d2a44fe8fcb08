import { expect, it } from 'vitest';
import { parseSession } from './session.ts';

it('gives back what was written, and a first look for everything that has another shape', () => {
  const session = {
    focus: 'aoscope://focus?slot=3',
    filter: 'action:Ping',
    isNarrow: false,
    flowMode: 'table',
    axis: 'time',
    typed: { a: 'return 1' },
    folders: ['src'],
    search: { text: 'Count', isCase: true, isWord: false, isPattern: true },
    inspectorTab: 'state',
    views: { 'a.lua': { viewState: { scrollTop: 40 } } },
  };
  expect(parseSession(JSON.parse(JSON.stringify(session)))).toEqual(session);
  const first = parseSession(null);
  expect(parseSession({ flowMode: 'none', typed: { a: 3 }, folders: [1], search: 'x', views: { 'a.lua': 'x' }, isNarrow: 'no' })).toEqual(
    first,
  );
  expect(first).toMatchObject({ focus: '', flowMode: 'space-time', isNarrow: true, views: {} });
});
