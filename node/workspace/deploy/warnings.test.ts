import { expect, it } from 'vitest';
import { KNOWN_NETWORKS } from '../../contract/networks.ts';
import { networkWarnings } from './warnings.ts';

it('a project that gives its own addresses the name of a known network is told of', () => {
  const { legacynet } = KNOWN_NETWORKS;
  if (legacynet?.kind !== 'units') throw new Error('it is one of units');
  expect(networkWarnings('legacynet', legacynet)).toEqual([]);
  expect(networkWarnings('legacynet', { ...legacynet, su: 'http://127.0.0.1:1' })).toEqual([expect.stringContaining('legacynet is not')]);
  expect(networkWarnings('mine', { ...legacynet, su: 'http://127.0.0.1:1' })).toEqual([]);
});
