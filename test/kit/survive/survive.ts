import { createWallet } from '../../../node/item/wallet.ts';
import { UNITS, type UnitName } from '../../../node/contract/trace.ts';
import { chanceOf, type Chance } from './chance.ts';
import {
  faultsOfChildren,
  faultsOfClock,
  faultsOfLog,
  faultsOfPushes,
  faultsOfState,
  lost,
  lostUploads,
  readLogs,
  type Logs,
} from './checks.ts';
import { newPlace, startKillable, verifyProject, type KillableNode } from './killable-node.ts';
import { nothingAcknowledged, startLoad, type Acknowledged } from './load.ts';
import { populate, type Population } from './population.ts';

/** What a run of the harness came to. */
export interface Survived {
  readonly kills: number;
  readonly acknowledged: number;
  readonly slots: number;
  readonly faults: readonly string[];
}

export interface SurviveOptions {
  /** The same seed plans the same kills; when they hit depends on the machine. */
  readonly seed: number;
  readonly rounds: number;
  say(line: string): void;
}

/** More within a minute, and the supervisor gives the unit up. */
const KILLS_OF_A_UNIT = 4;
const SETTLE_MS = 60_000;

/**
 * Real nodes under load whose units, or all of them, are killed at moments of chance. After each round everything that
 * was acknowledged must be there, and the logs must be what they say they are.
 */
export async function survive({ seed, rounds, say }: SurviveOptions): Promise<Survived> {
  const chance = chanceOf(seed);
  const place = newPlace();
  const kept = nothingAcknowledged();
  const faults: string[] = [];
  let [kills, slots] = [0, 0];
  let node = await startKillable(place);
  try {
    const people = await populate(node, createWallet());
    for (let round = 1; round <= rounds && faults.length === 0; round++) {
      const killed = await killUnderLoad(node, people, chance, kept, async () => (node = await startKillable(place)));
      kills += killed.length;
      const { faults: found, logs } = await check(node, people, kept);
      slots = [...logs.counters, logs.sink, logs.clock].reduce((sum, log) => sum + log.length, 0);
      faults.push(...found.map((fault) => `round ${round} (${killed.join(', ')}): ${fault}`));
      say(`round ${round}: killed ${killed.join(', ')}; ${slots} slots, ${found.length} faults`);
    }
    await node.end();
    const { code, printed } = await verifyProject(place);
    if (code !== 0) faults.push(`verify: ${printed}`);
  } finally {
    await node.killAll(['host', ...UNITS]);
    if (faults.length === 0) place.remove();
    else say(`kept for a look: ${place.project}`);
  }
  const acknowledged = [...kept.messages.values()].reduce((sum, ids) => sum + ids.size, 0) + kept.assignments.size + kept.uploads.size;
  return { kills, acknowledged, slots, faults };
}

/** A few kills in the middle of work. @returns what was killed, in order. */
async function killUnderLoad(
  first: KillableNode,
  people: Population,
  chance: Chance,
  kept: Acknowledged,
  startAgain: () => Promise<KillableNode>,
): Promise<string[]> {
  const killed: string[] = [];
  let node = first;
  const load = startLoad(node.announced.urls, people, chance, kept);
  const moment = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, chance.below(ms)));
  const counts = new Map<UnitName, number>();
  for (let left = 2 + chance.below(4); left > 0; left--) {
    await moment(900);
    const unit = chance.pick(UNITS);
    const count = counts.get(unit) ?? 0;
    if (count >= KILLS_OF_A_UNIT || !node.killUnit(unit)) continue;
    counts.set(unit, count + 1);
    killed.push(unit);
  }
  if (chance.next() < 0.6) {
    await moment(900);
    await node.killAll(shuffled(['host', ...UNITS], chance));
    killed.push('all');
    node = await startAgain();
    load.moveTo(node.announced.urls);
    await moment(900);
  }
  await load.stop();
  return killed;
}

/** Waits until nothing is owed any more, then looks whether everything is there once. */
async function check(
  node: KillableNode,
  people: Population,
  kept: Acknowledged,
): Promise<{ readonly faults: string[]; readonly logs: Logs }> {
  const { urls, scheduler } = node.announced;
  let logs = await readLogs(urls, people);
  for (const untilMs = Date.now() + SETTLE_MS; faultsOfPushes(logs).length > 0 && Date.now() < untilMs;) {
    await new Promise((done) => setTimeout(done, 300));
    logs = await readLogs(urls, people);
  }
  const faults = [
    ...people.counters.flatMap((process, index) => faultsOfLog(process, logs.counters[index] ?? [], scheduler)),
    ...faultsOfLog(people.sink, logs.sink, scheduler),
    ...faultsOfLog(people.clock, logs.clock, scheduler),
    ...lost(people, logs, kept),
    ...faultsOfPushes(logs),
    ...faultsOfClock(logs),
    ...(await lostUploads(urls, kept)),
    ...(await faultsOfChildren(urls, logs)),
    ...(await faultsOfState(urls, people)),
  ];
  return { faults, logs };
}

function shuffled<T>(list: readonly T[], chance: Chance): T[] {
  return list
    .map((one) => ({ one, key: chance.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}
