import type { DeployPlan, PlanStep } from '../../contract/deploy.ts';
import { AoError } from '../../contract/errors.ts';
import type { ProcessId } from '../../contract/ids.ts';
import { tagValue, type Tag } from '../../contract/item.ts';
import { sha256, sha256Text } from '../../item/hash.ts';
import type { ItemFields } from '../../item/build.ts';

/** What a person agreed to. A yes to all covers no more than the plan that was shown. */
export interface Agreed {
  /** @throws AoError DEPLOY_CHANGED where an item is none of the plan. */
  check(fields: ItemFields): void;
  /** @throws AoError DEPLOY_CHANGED where a module is made from something else than the plan says. */
  checkModule(key: string): void;
  /** A process of the plan has got its id. */
  spawned(name: string, process: ProcessId): void;
}

/** What every process item has besides that which the manifest says of it. */
const STANDARD = new Set(['Name', 'App-Name', 'Authority', 'On-Boot', 'SDK', 'Data-Protocol', 'Variant', 'Type', 'Module', 'Scheduler']);
const PEERS = /^Peers = \{ [^\n]* \}$/;

export function agreedTo({ steps, uploads }: DeployPlan): Agreed {
  const spawned = new Map<string, PlanStep>();
  const stepOf = (target: string): PlanStep | undefined => spawned.get(target) ?? steps.find(({ process }) => process === target);
  const isOfPlan = ({ target = '', tags, data }: ItemFields): boolean => {
    if (target === '' && typeof data !== 'string' && tagValue(tags, 'Type') === 'Module') return isUpload(uploads, data);
    if (typeof data !== 'string') return false;
    if (target === '') return steps.some((step) => step.does === 'spawn' && isSpawnOf(step, tags, data));
    const step = stepOf(target);
    return step !== undefined && (isStartOf(step, tags, data) || isEvalOf(step, tags, data));
  };
  return {
    check(fields) {
      if (!isOfPlan(fields)) throw new AoError('DEPLOY_CHANGED');
    },
    checkModule(key) {
      if (!uploads.some((one) => one.key === key)) throw new AoError('DEPLOY_CHANGED');
    },
    spawned(name, process) {
      const step = steps.find((one) => one.name === name);
      if (step !== undefined) spawned.set(process, step);
    },
  };
}

/** What a plan is recognised by: all that would be sent, and nothing that another look at the network says otherwise. */
export function planKey(project: string, { network, addresses, wallet, uploads, steps, besides }: DeployPlan): string {
  const sent = steps.map(({ change: _change, ...step }) => step);
  return sha256Text(JSON.stringify([project, network, addresses, wallet, uploads.map(({ price: _price, ...one }) => one), sent, besides]));
}

function isUpload(uploads: DeployPlan['uploads'], data: ItemFields['data']): boolean {
  const hash = hexHash(data);
  return uploads.some((one) => one.sha256 === null || one.sha256 === hash);
}

/** SHA-256 of data, as it is shown. */
export function hexHash(data: ItemFields['data']): string {
  return sha256(typeof data === 'string' ? Buffer.from(data) : data).toString('hex');
}

function isSpawnOf(step: PlanStep, tags: readonly Tag[], data: string): boolean {
  if (tags[0]?.name !== 'Name' || tags[0].value !== step.name) return false;
  if (step.moduleId !== null && !tags.some(({ name, value }) => name === 'Module' && value === step.moduleId)) return false;
  if (data !== '' && !isCode(step, data)) return false;
  const left = [...step.itemTags];
  for (const { name, value } of tags) {
    const at = left.findIndex((one) => one.name === name && one.value === value);
    if (at !== -1) left.splice(at, 1);
    else if (!STANDARD.has(name) && !step.needs.some((need) => name === `Peer-${need}`)) return false;
  }
  return left.length === 0;
}

/** The code of a step, behind the line with the ids of others where it is told of them. */
function isCode({ code }: PlanStep, data: string): boolean {
  return data === code || (data.endsWith(` ${code}`) && PEERS.test(data.slice(0, data.length - code.length - 1)));
}

function isEvalOf(step: PlanStep, tags: readonly Tag[], data: string): boolean {
  if (!begins(tags, [{ name: 'Action', value: 'Eval' }])) return false;
  return PEERS.test(data) || ((step.does === 'evaluate' || step.does === 'spawn') && isCode(step, data));
}

function isStartOf({ start, startTags, startData }: PlanStep, tags: readonly Tag[], data: string): boolean {
  return start !== null && data === startData && begins(tags, [{ name: 'Action', value: start }, ...startTags]);
}

/** Signing adds its own tags behind those that are asked for. */
function begins(tags: readonly Tag[], wanted: readonly Tag[]): boolean {
  return wanted.every(({ name, value }, at) => tags[at]?.name === name && tags[at].value === value);
}
