import { createHash } from 'node:crypto';
import type { Acknowledged } from './load.ts';
import type { Population } from './population.ts';
import { answerOf, getJson, logOf, type Entry, type Urls } from './wire.ts';

/** Every log of the run at one moment. */
export interface Logs {
  readonly counters: readonly (readonly Entry[])[];
  readonly sink: readonly Entry[];
  readonly clock: readonly Entry[];
}

export async function readLogs(urls: Urls, { counters, sink, clock }: Population): Promise<Logs> {
  return {
    counters: await Promise.all(counters.map((one) => logOf(urls, one))),
    sink: await logOf(urls, sink),
    clock: await logOf(urls, clock),
  };
}

const sha256 = (...parts: readonly Buffer[]): string => createHash('sha256').update(Buffer.concat(parts)).digest('base64url');
const raw = (text: string): Buffer => Buffer.from(text, 'base64url');

/** What is wrong with one log: slots, times, ids, signer and hash chain. */
export function faultsOfLog(process: string, log: readonly Entry[], scheduler: string): string[] {
  const faults: string[] = [];
  const at = (slot: number, what: string): number => faults.push(`${process.slice(0, 6)} slot ${slot}: ${what}`);
  const seen = new Set<string>();
  for (const [index, entry] of log.entries()) {
    const before = log[index - 1];
    if (entry.slot !== index) at(index, `has the number ${entry.slot}`);
    if (before !== undefined && entry.timestampMs <= before.timestampMs)
      at(index, `${entry.timestampMs} is not after ${before.timestampMs}`);
    if (sha256(raw(entry.signature)) !== entry.assignment) at(index, 'the id is not that of the signature');
    if (entry.signer !== scheduler) at(index, `signed by ${entry.signer}`);
    const chain = before === undefined ? sha256(raw(process)) : sha256(raw(before.assignment), raw(before.hashChain));
    if (entry.hashChain !== chain) at(index, 'the hash chain is broken');
    for (const id of entry.isAssigned ? [entry.assignment] : [entry.assignment, entry.message]) {
      if (seen.has(id)) at(index, `${id} stands here for the second time`);
      seen.add(id);
    }
  }
  return faults;
}

/** What was acknowledged and is not there. */
export function lost({ counters: ids, sink }: Population, logs: Logs, kept: Acknowledged): string[] {
  const byProcess = new Map([...ids.map((id, index) => [id, logs.counters[index] ?? []] as const), [sink, logs.sink]]);
  const missing = [...kept.messages].flatMap(([process, messages]) => {
    const there = new Set(
      byProcess
        .get(process)
        ?.filter(({ isAssigned }) => !isAssigned)
        .map(({ message }) => message),
    );
    return [...messages].filter((id) => !there.has(id)).map((id) => `message ${id} is lost`);
  });
  const assigned = new Set(logs.counters[1]?.map(({ assignment }) => assignment));
  return [...missing, ...[...kept.assignments].filter((id) => !assigned.has(id)).map((id) => `assignment ${id} is lost`)];
}

/** Uploads that were acknowledged and are not there. */
export async function lostUploads(urls: Urls, kept: Acknowledged): Promise<string[]> {
  const answers = await Promise.all([...kept.uploads].map(async (id) => ({ id, answer: await answerOf(`${urls.gateway}/raw/${id}`) })));
  return answers.filter(({ answer }) => answer.text !== 'kept').map(({ id, answer }) => `upload ${id} is lost: ${answer.status}`);
}

/** Pushes that are missing or came twice. Every message in a counter's log has them, whether its sender was answered or not. */
export function faultsOfPushes({ counters, sink }: Logs): string[] {
  const wanted = new Map<string, number>();
  const want = (key: string, times = 1): unknown => wanted.set(key, (wanted.get(key) ?? 0) + times);
  const sent = counters.flat().filter(({ isAssigned }) => !isAssigned);
  const actions = new Map(sent.map(({ message, tags }) => [message, tags['Action']] as const));
  for (const { message } of counters.flat()) {
    // A message that was assigned to another process pushes under its own id once more.
    const action = actions.get(message);
    if (action === 'Inc') want(`Note for ${message}`);
    if (action === 'Fan') for (const part of ['1', '2', '3']) want(`Part ${part} for ${message}`);
    if (action === 'Child') want(`Spawned for ${message}`);
  }
  const found = new Map<string, number>();
  const find = (key: string): unknown => found.set(key, (found.get(key) ?? 0) + 1);
  for (const { tags } of sink) {
    if (tags['Action'] === 'Note') find(`Note for ${tags['Pushed-For']}`);
    if (tags['Action'] === 'Part') find(`Part ${tags['Part']} for ${tags['Pushed-For']}`);
  }
  for (const { tags } of counters.flat()) if (tags['Action'] === 'Spawned') find(`Spawned for ${tags['Cause']}`);
  return [...new Set([...wanted.keys(), ...found.keys()])]
    .filter((key) => wanted.get(key) !== found.get(key))
    .map(
      (key) => `${key}: ${wanted.get(key) ?? 0} wanted, ${found.get(key) ?? 0} there (${actions.get(key.slice(-43)) ?? 'no such message'})`,
    );
}

/** Children that do not run, or that two spawns share. */
export async function faultsOfChildren(urls: Urls, { counters }: Logs): Promise<string[]> {
  const children = counters.flat().flatMap(({ tags }) => (tags['Action'] === 'Spawned' ? [tags['Process'] ?? ''] : []));
  const answers = await Promise.all(children.map((id) => answerOf(`${urls.su}/processes/${id}`)));
  const twice = children.filter((id, at) => children.indexOf(id) !== at).map((id) => `child ${id} was born twice`);
  return [...twice, ...children.filter((_, at) => answers[at]?.status !== 200).map((id) => `child ${id} is not there`)];
}

/** Cron messages that were pushed out of order, twice, or not at all. */
export function faultsOfClock({ sink }: Logs): string[] {
  const counts = sink.flatMap(({ tags }) => (tags['Action'] === 'Tock' ? [Number(tags['Count'])] : []));
  return counts.flatMap((count, at) => {
    const before = counts[at - 1];
    return before === undefined || count === before + 1 ? [] : [`cron: ${count} came after ${before}`];
  });
}

/** Does the sink's memory hold what its log says? */
export async function faultsOfState(urls: Urls, { sink }: Population): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const before = await logOf(urls, sink);
    const answer = (await getJson(`${urls.cu}/dry-run?process-id=${sink}`, {
      method: 'POST',
      body: JSON.stringify({ Tags: [{ name: 'Action', value: 'Total' }] }),
      headers: { 'Content-Type': 'application/json' },
    })) as { readonly Messages?: readonly { readonly Data: string }[] };
    const after = await logOf(urls, sink);
    // The clock goes on: only a count between two equal logs tells.
    if (after.length !== before.length && tries < 20) continue;
    const notes = after.filter(({ tags }) => ['Note', 'Part', 'Tock'].includes(tags['Action'] ?? '')).length;
    const total = Number(answer.Messages?.[0]?.Data);
    return total === notes ? [] : [`the sink counted ${total} notes; its log has ${notes}`];
  }
}
