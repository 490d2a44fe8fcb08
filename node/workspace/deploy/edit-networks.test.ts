import { expect, it } from 'vitest';
import { withNetwork } from './edit-networks.ts';

const TEXT = `{
  "version": 1,
  "name": "Shop",
  "processes": [
    { "name": "bank", "source": "bank.lua" }
  ]
}
`;
const BEAM = { kind: 'hyperbeam', node: 'http://127.0.0.1:8734' } as const;

it('puts a network behind the rest, leaves every other line as it was written, and takes it out again', () => {
  const one = withNetwork(TEXT, 'beam', BEAM);
  expect(one.startsWith(TEXT.slice(0, TEXT.lastIndexOf('\n}')))).toBe(true);
  expect(JSON.parse(one)).toEqual({ ...JSON.parse(TEXT), networks: { beam: BEAM } });
  const two = withNetwork(one, 'other', { ...BEAM, node: 'http://127.0.0.1:1' });
  expect(Object.keys((JSON.parse(two) as { networks: object }).networks)).toEqual(['beam', 'other']);
  expect(withNetwork(withNetwork(two, 'other', null), 'beam', null)).toBe(TEXT);
});

it('leaves the other networks as they were written', () => {
  const text = `{ "version": 1, "name": "Shop", "processes": [],
  "networks": { "mine": {"node":"http://127.0.0.1:1",   "kind":"hyperbeam"} } }`;
  const two = withNetwork(text, 'beam', BEAM);
  expect(two).toContain('"mine": {"node":"http://127.0.0.1:1",   "kind":"hyperbeam"}');
  expect(JSON.parse(two)).toMatchObject({ networks: { mine: { node: 'http://127.0.0.1:1' }, beam: BEAM } });
  expect(withNetwork(two, 'beam', null)).toBe(text);
});

it('takes the first of several fields out without its comma, and refuses what the manifest would not say', () => {
  const first = `{ "networks": { "beam": ${JSON.stringify(BEAM)} }, "version": 1, "name": "Shop", "processes": [] }`;
  expect(withNetwork(first, 'beam', null)).toBe('{ "version": 1, "name": "Shop", "processes": [] }');
  expect(() => withNetwork(TEXT, 'local', BEAM)).toThrow('networks.local');
  expect(() => withNetwork('{"version": 1,', 'beam', BEAM)).toThrow('aoscope.json');
});
