import { expect, it } from 'vitest';
import type { DeployPlan, PlanStep } from '../../contract/deploy.ts';
import { toAddress, toModuleId } from '../../contract/ids.ts';
import { planLines } from './words.ts';

const MODULE = toModuleId('m'.repeat(43));
const STEP: PlanStep = {
  name: 'shop',
  does: 'spawn',
  process: null,
  module: 'lua',
  moduleId: MODULE,
  files: ['shop.lua'],
  codeBytes: 12,
  code: 'x = 1\nsteal()',
  runs: null,
  has: 'hash',
  change: null,
  tags: {},
  cron: ['1-hour (Action: Tick)'],
  itemTags: [],
  needs: [],
  start: 'Open',
  startTags: [{ name: 'Door', value: 'front' }],
  startData: 'all of it',
};
const PLAN: DeployPlan = {
  network: 'there',
  addresses: { kind: 'units', gateway: 'http://g', su: 'http://s', cu: 'http://c', mu: 'http://m' },
  wallet: toAddress('w'.repeat(43)),
  uploads: [{ module: 'counter.ts', key: 'k', bytes: 0, sha256: null, price: null }],
  steps: [STEP],
  besides: [],
  warnings: ['look twice'],
  isDone: false,
};

it('the terminal shows all that a yes covers: code, start message, crons, and the module by its id', () => {
  const text = planLines(PLAN).join('\n');
  for (const said of [
    MODULE,
    'x = 1',
    'steal()',
    'cron 1-hour (Action: Tick)',
    'message Open',
    'tag Door: front',
    'all of it',
    'look twice',
  ])
    expect(text).toContain(said);
  expect(text).toContain('upload module counter.ts, at a price that nobody knows yet');
});
