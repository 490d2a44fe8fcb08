import { createHash } from 'node:crypto';
import { parseCrons, type Moment } from '../../contract/cron.ts';
import { AoError } from '../../contract/errors.ts';
import { toModuleId, toProcessId, type ProcessId } from '../../contract/ids.ts';
import { tagValue, tagValues, type LogEntry, type Tag } from '../../contract/item.ts';
import type { OutboxSpawn } from '../../contract/outcome.ts';
import { checkDeclared } from '../declared.ts';
import type { CuPorts } from '../ports.ts';
import type { Program } from '../program.ts';
import { engineOf } from '../timeline/engine.ts';
import type { MessageInput } from '../vm/machine.ts';
import { scheduled, type BranchPlace } from './input.ts';
import type { Line } from './line.ts';

/** A process that is in a branch only. */
export interface Child {
  readonly process: ProcessId;
  readonly program: Program;
  /** Its own item, as the message of its slot 0. */
  boot(at: BranchPlace): MessageInput;
  /** What tells its parent that it runs. */
  told(at: BranchPlace): MessageInput;
}

const without = (tags: readonly Tag[], names: readonly string[]): Tag[] => tags.filter(({ name }) => !names.includes(name));

/**
 * The process that a line spawns in a branch, as its messenger would have built it (protocol §2.3, SPAWN task). Its id comes
 * from who spawned it, where, and with what: the same branch has the same again.
 * @param at.owner address of the messenger that signs for the parent; `origin` when its own item is assigned.
 * @throws AoError PUSH_UNSIGNABLE, CRON_INVALID, MODULE_UNKNOWN, and as a spawn on the main line.
 */
export async function childOf(
  ports: CuPorts,
  parent: Line,
  at: { readonly slot: number; readonly index: number; readonly owner: string; readonly origin: Moment },
  spawn: OutboxSpawn,
): Promise<Child> {
  const { index, owner, origin } = at;
  const unsent = spawn.NotText?.find((one) => one !== 'Assignments');
  if (unsent !== undefined) throw new AoError('PUSH_UNSIGNABLE', { index: index + 1, reason: `its tag "${unsent}" is no text` });
  const module = tagValue(spawn.Tags, 'Module');
  if (module === null) throw new AoError('PUSH_UNSIGNABLE', { index: index + 1, reason: 'the spawn names no Module' });
  const { env } = parent.program;
  const kept = without(spawn.Tags, ['Data-Protocol', 'Type', 'Variant', 'From-Process', 'From-Module']);
  const tags: Tag[] = [
    ...kept,
    { name: 'Variant', value: tagValue(spawn.Tags, 'Variant') ?? 'ao.TN.1' },
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Process' },
    { name: 'From-Process', value: parent.process },
    { name: 'From-Module', value: parent.program.module.id },
    ...(tagValue(kept, 'Scheduler') === null ? [{ name: 'Scheduler', value: tagValue(env.Process.Tags, 'Scheduler') ?? '' }] : []),
  ];
  const process = toProcessId(
    createHash('sha256')
      .update(JSON.stringify(['branch spawn', parent.process, at.slot, index, tags, spawn.Data]))
      .digest('base64url'),
  );
  const loaded = await ports.modules.get(toModuleId(module));
  checkDeclared(ports, process, tags, loaded);
  const trusted = trustsAsParent(env.Process.Tags, tags, owner) ? [{ name: 'Authority', value: owner }] : [];
  const sent = { from: parent.process, owner, data: spawn.Data || ' ', anchor: spawn.Anchor };
  return {
    process,
    program: {
      module: loaded.source,
      engine: engineOf(loaded.source),
      env: { Process: { Id: process, Owner: owner, Tags: [...tags, ...trusted] }, Module: loaded.env },
      cron: parseCrons(tags, origin),
    },
    boot: (place) => ({ ...scheduled(process, { ...sent, tags }, place), Id: process }),
    told: (place) => {
      const spawned = [
        ...without(spawn.Tags, ['Data-Protocol', 'Variant', 'Type', 'From-Process']),
        { name: 'From-Process', value: parent.process },
        { name: 'Data-Protocol', value: 'ao' },
        { name: 'Variant', value: 'ao.TN.1' },
        { name: 'Type', value: 'Message' },
        { name: 'Process', value: process },
        { name: 'Action', value: 'Spawned' },
      ];
      return scheduled(parent.process, { ...sent, tags: spawned, data: ' ', anchor: null }, place);
    },
  };
}

/** The messenger stands in for another one: then for the child as for its parent. */
function trustsAsParent(parent: readonly Tag[], child: readonly Tag[], owner: string): boolean {
  const named = tagValues(child, 'Authority');
  const trusted = tagValues(parent, 'Authority');
  return !named.includes(owner) && trusted.includes(owner) && named.some((one) => trusted.includes(one));
}

/** The entry of a parent's main log that told it of a spawn: who was spawned there, and in which slot it heard. Null where it never did. */
export function spawnedEntry(
  entries: readonly LogEntry[],
  parent: ProcessId,
  spawn: OutboxSpawn,
  isTaken: (entry: LogEntry) => boolean,
): { readonly entry: LogEntry; readonly process: ProcessId } | null {
  const wanted = without(spawn.Tags, ['Data-Protocol', 'Variant', 'Type', 'From-Process', 'Process', 'Action']);
  for (const entry of entries) {
    const tags = entry.message?.tags ?? [];
    if (tagValue(tags, 'From-Process') !== parent || tagValues(tags, 'Action').at(-1) !== 'Spawned' || isTaken(entry)) continue;
    const process = tagValues(tags, 'Process').at(-1);
    const isSame = wanted.every(({ name, value }) => tags.some((tag) => tag.name === name && tag.value === value));
    if (isSame && process !== undefined) return { entry, process: toProcessId(process) };
  }
  return null;
}
