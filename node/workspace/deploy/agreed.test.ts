import { expect, it } from 'vitest';
import type { DeployPlan, PlanStep } from '../../contract/deploy.ts';
import { toAddress, toProcessId } from '../../contract/ids.ts';
import type { ItemFields } from '../../item/build.ts';
import { agreedTo, hexHash, planKey } from './agreed.ts';

const BANK = toProcessId('b'.repeat(43));
const SHOP = toProcessId('s'.repeat(43));
const step = (of: Partial<PlanStep>): PlanStep => ({
  name: 'shop',
  does: 'spawn',
  process: null,
  module: 'lua',
  moduleId: null,
  files: ['shop.lua'],
  codeBytes: 4,
  code: 'x= 1',
  runs: null,
  has: 'hash',
  change: null,
  tags: { Street: 'Main' },
  cron: [],
  itemTags: [
    { name: 'Source', value: 'shop.lua' },
    { name: 'Street', value: 'Main' },
  ],
  needs: ['bank'],
  start: 'Open',
  startTags: [{ name: 'Door', value: 'front' }],
  startData: 'now',
  ...of,
});
const PLAN: DeployPlan = {
  network: 'there',
  addresses: { kind: 'units', gateway: 'http://g', su: 'http://s', cu: 'http://c', mu: 'http://m' },
  wallet: toAddress('w'.repeat(43)),
  uploads: [{ module: 'lua', key: 'lua 1', bytes: 3, sha256: hexHash('abc'), price: '12' }],
  steps: [step({}), step({ name: 'bank', does: 'evaluate', process: BANK, code: 'y = 2', start: null, needs: [] })],
  besides: [],
  warnings: [],
  isDone: false,
};
const SPAWN: ItemFields & { readonly tags: readonly { name: string; value: string }[] } = {
  tags: [
    { name: 'Name', value: 'shop' },
    { name: 'Authority', value: 'a' },
    { name: 'Source', value: 'shop.lua' },
    { name: 'Street', value: 'Main' },
    { name: 'Peer-bank', value: BANK },
    { name: 'Type', value: 'Process' },
  ],
  data: `Peers = { ["bank"] = "${BANK}" } x= 1`,
};
const EVAL = { name: 'Action', value: 'Eval' };
const OPEN = [
  { name: 'Action', value: 'Open' },
  { name: 'Door', value: 'front' },
  { name: 'SDK', value: 'aoscope' },
];

it('a yes to all covers what the plan says', () => {
  const agreed = agreedTo(PLAN);
  agreed.spawned('shop', SHOP);
  const fine: readonly ItemFields[] = [
    SPAWN,
    { ...SPAWN, data: 'x= 1' },
    { target: BANK, tags: [EVAL], data: 'y = 2' },
    { target: BANK, tags: [EVAL], data: `Peers = { ["bank"] = "${BANK}" }` },
    { target: SHOP, tags: OPEN, data: 'now' },
    { tags: [{ name: 'Type', value: 'Module' }], data: Buffer.from('abc') },
  ];
  for (const fields of fine) expect(() => agreed.check(fields)).not.toThrow();
  expect(() => agreed.checkModule('lua 1')).not.toThrow();
});

it('other code, tags, data, targets and modules than those of the plan are not signed', () => {
  const agreed = agreedTo(PLAN);
  agreed.spawned('shop', SHOP);
  const more = { name: 'Owner-Is', value: 'mallory' };
  const wrong: readonly ItemFields[] = [
    { ...SPAWN, data: 'x= 3' },
    { ...SPAWN, data: `Peers = { }\nsteal() x= 1` },
    { ...SPAWN, tags: [...SPAWN.tags, more] },
    { ...SPAWN, tags: SPAWN.tags.filter(({ name }) => name !== 'Street') },
    { target: BANK, tags: [EVAL], data: 'Transfer()' },
    { target: 'o'.repeat(43), tags: [EVAL], data: 'y = 2' },
    { target: SHOP, tags: OPEN, data: 'later' },
    { target: SHOP, tags: [{ name: 'Action', value: 'Open' }], data: 'now' },
    { target: BANK, tags: [{ name: 'Action', value: 'Transfer' }], data: 'y = 2' },
    { tags: [{ name: 'Type', value: 'Module' }], data: Buffer.from('abd') },
  ];
  for (const fields of wrong) expect(() => agreed.check(fields)).toThrow(expect.objectContaining({ code: 'DEPLOY_CHANGED' }));
  expect(() => agreed.checkModule('lua 2')).toThrow(expect.objectContaining({ code: 'DEPLOY_CHANGED' }));
});

it('a plan is known again by what it sends, whatever the network says of prices, and of code that runs', () => {
  const key = planKey('/project', PLAN);
  const [first, ...others] = PLAN.steps;
  if (first === undefined) throw new Error('no step');
  const change = { out: 1, in: 1, parts: [], unshown: 0 };
  const later = { ...PLAN, uploads: PLAN.uploads.map((one) => ({ ...one, price: null })), steps: [{ ...first, change }, ...others] };
  expect(planKey('/project', later)).toBe(key);
  expect(planKey('/elsewhere', PLAN)).not.toBe(key);
  expect(planKey('/project', { ...PLAN, steps: [{ ...first, startData: 'later' }, ...others] })).not.toBe(key);
  expect(planKey('/project', { ...PLAN, uploads: PLAN.uploads.map((one) => ({ ...one, sha256: hexHash('abd') })) })).not.toBe(key);
});
