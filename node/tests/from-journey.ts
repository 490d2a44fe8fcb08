import { stripVTControlCharacters } from 'node:util';
import type { ManifestProcess } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import type { Moment } from '../contract/cron.ts';
import { toSlot, type ItemId, type ProcessId, type Slot } from '../contract/ids.ts';
import { tagValue, type Item, type LogEntry } from '../contract/item.ts';
import type { HistoryPlace } from '../contract/kept.ts';
import { outputText, type CronOutcome, type Outcome } from '../contract/outcome.ts';
import type { Client } from '../contract/rpc.ts';
import type { StatePath } from '../contract/state.ts';
import { createJournal, type Journal, type Sender, type SeenMessage } from './journal.ts';
import { luaKey, luaString, wordsOf, type Named } from './lua-words.ts';
import { OWN_WALLET } from './own-wallet.ts';
import { stateCode } from './state-code.ts';
import { cronTimeOf, ticksOf, type CronTime } from './cron-time.ts';

export interface JourneyWish {
  readonly ask: Client['ask'];
  /** A message of the journey, or a cron message. */
  readonly at: Sender;
  readonly manifest: readonly ManifestProcess[];
  /** The development wallet; its messages are those of `me` in the test. */
  readonly own: string | null;
}

/** A test file made from what happened. */
export interface JourneyTest {
  /** The title of the test. */
  readonly name: string;
  readonly text: string;
}

/** A message from outside, where it came in. */
interface FromOutside {
  readonly place: HistoryPlace;
  readonly item: Item;
  readonly moment: Moment;
}

const PAGE = 200;
const VALUES_MAX = 12;
/** Where a function or a table lies in memory, and a shortened id, as they are printed: others in another run. */
const ADDRESS = /\b0x[0-9a-f]{4,}\b|[\w-]{3}\.\.\.[\w-]{3}/;
const VALUE_CHARACTERS_MAX = 2_000;
/** What the node itself writes into a message: other values in another run. */
const UNSAID =
  /^(Data-Protocol|Variant|Type|Reference|X-Reference|X-Origin(-.*)?|From-Process|From-Module|Pushed-For|Anchor|SDK|Content-Type|Action|On-Boot|Module|Scheduler|Authority|App-Name|Name|Source)$/;
/** Values that every process has, and that change with each message. */
const RUNTIME = /^(ao|Handlers|Inbox|Errors|Utils|Owner|_|Prompt|Seeded|Colors|Nonce|MAX_)/;

/**
 * Writes the journey of a message as a test: the processes from the same sources, what was sent to them before and in it, and
 * all that followed. Ids are the names of whom they belong to; what differs from run to run (other ids, times) may be anything.
 * Where crons had a part in it the clock of the test goes as it went then.
 * @throws AoError SLOT_UNKNOWN, TEST_FROM_CRON where crons came too often to wait for, TEST_NO_JOURNEY where nothing from outside began it.
 */
export async function testOfJourney({ ask, at, manifest, own }: JourneyWish): Promise<JourneyTest> {
  const journal = createJournal(ask);
  await ask('mu.idle', {});
  await journal.follow();
  const root = journal.rootOf(at);
  const cron = root.tick === undefined ? null : await cronAt(ask, root);
  const first = cron === null ? await entryAt(ask, root) : undefined;
  const begun = first?.message ?? null;
  const isOutside = begun !== null && root.slot !== 0 && tagValue(begun.tags, 'From-Process') === null;
  const until = cron ?? first?.assignment;
  if ((cron === null && !isOutside) || until === undefined) throw new AoError('TEST_NO_JOURNEY');
  const followed = await journal.followed(root);
  const processes = new Set<ProcessId>([root.process]);
  for (const { place } of followed) if (place !== null) processes.add(place.process);
  const { sent, spawned } = await before(ask, processes, root, until, journal.orderOf);
  const placeIn = (item: Item): number => manifest.findIndex(({ name }) => name === tagValue(item.tags, 'Name'));
  const all = new Map([...spawned].sort(([, one], [, other]) => placeIn(one) - placeIn(other)));
  // Who spawned the processes owns them: in the test that is `me`.
  const owner = spawned.get(root.process)?.address ?? own;
  const names = namesOf(journal.nameOf, [...all], sent, owner);
  const time = await cronTimeOf(ask, spawned, root.process, until);
  const story = { ask, sent, root, cron, names, journal, time };
  const lines = [...(time?.first ?? []), ...spawnLines(all, manifest, names), ...(await sentLines(story))];
  const wanted = expectedLines(followed, names);
  const values = await valueLines(ask, root, followed, names);
  const of = journal.nameOf(root.process);
  const name = cron === null ? `${tagValue(begun?.tags ?? [], 'Action') ?? 'a message'} to ${of}` : `cron ${cron.cron} of ${of}`;
  const said = [...lines, ...wanted, ...values];
  // A wallet that nothing mentions need not be there.
  const isUsed = (line: string): boolean => {
    const [, variable] = /^local (\w+) = wallet\(/.exec(line) ?? [];
    return variable === undefined || said.some((one) => one !== line && new RegExp(`\\b${variable}(\\.id\\b| \\})`).test(one));
  };
  const body = said.filter(isUsed).map((line) => `  ${line}`.trimEnd());
  const text = [
    '-- Written from what happened: what was sent, and what followed. What may differ is for you to loosen.',
    `it(${luaString(name)}, function()`,
    ...body,
    'end)',
    '',
  ].join('\n');
  return { name, text };
}

async function entryAt(ask: Client['ask'], { process, slot }: HistoryPlace): Promise<LogEntry | undefined> {
  return (await ask('su.log', { process, from: slot, limit: 1 })).entries[0];
}

/** All that these processes, and those that ever wrote to them, got from outside up to the message that began the journey. */
async function before(
  ask: Client['ask'],
  first: ReadonlySet<ProcessId>,
  root: Sender,
  { timestampMs: until }: Moment,
  orderOf: (id: ItemId) => number,
) {
  const waiting = [...first];
  const seen = new Set<ProcessId>();
  const spawned = new Map<ProcessId, Item>();
  const sent: FromOutside[] = [];
  for (let process = waiting.pop(); process !== undefined; process = waiting.pop()) {
    if (seen.has(process)) continue;
    seen.add(process);
    const { slotLatest } = await ask('su.process', { process });
    for (let from = 0; from <= slotLatest; from += PAGE) {
      const { entries } = await ask('su.log', { process, from: toSlot(from), limit: PAGE });
      for (const { assignment, message } of entries) {
        const { slot, timestampMs, blockHeight } = assignment;
        if (message === null || timestampMs > until) continue;
        const from = tagValue(message.tags, 'From-Process');
        if (from !== null) waiting.push(...(await processesOf(ask, from)));
        else if (slot === 0) spawned.set(process, message);
        else sent.push({ place: { process, slot }, item: message, moment: { timestampMs, blockHeight } });
      }
    }
  }
  const isRoot = ({ place }: FromOutside): number =>
    root.tick === undefined && place.process === root.process && place.slot === root.slot ? 1 : 0;
  return { spawned, sent: sent.sort((one, other) => isRoot(one) - isRoot(other) || orderOf(one.item.id) - orderOf(other.item.id)) };
}

async function processesOf(ask: Client['ask'], id: string): Promise<ProcessId[]> {
  const { isProcess } = await ask('su.isProcess', { id });
  return isProcess ? [id as ProcessId] : [];
}

/** A variable for each process and wallet, and the ids they stand for. */
function namesOf(
  nameOf: (id: string) => string,
  spawned: readonly [ProcessId, Item][],
  sent: readonly FromOutside[],
  own: string | null,
): Named {
  const variables = new Map<string, string>();
  const titles = new Map<string, string>();
  const free = (wish: string): string => {
    const base = wish
      .replaceAll(/[^A-Za-z0-9_]+/g, '_')
      .replace(/^(?=\d)|^$/, 'p')
      .replace(/^(end|and|or|not|it|send|spawn|state|local)$/, '$1_');
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base}_${number}`;
      if (![...variables.values()].includes(name)) return name;
    }
  };
  for (const [process] of spawned) {
    variables.set(process, free(nameOf(process).replace(/…$/, '')));
    titles.set(process, nameOf(process));
  }
  let others = 0;
  for (const address of new Set([...(own === null ? [] : [own]), ...sent.map(({ item }) => item.address)])) {
    const title = address === own ? OWN_WALLET : `wallet-${++others}`;
    variables.set(address, free(title));
    titles.set(address, title);
  }
  return { variables, titles };
}

/** Lines that spawn the processes: all of the manifest at once where they were told of each other. */
function spawnLines(spawned: ReadonlyMap<ProcessId, Item>, manifest: readonly ManifestProcess[], names: Named): string[] {
  const isPlanned = (item: Item): boolean =>
    manifest.some(({ name, source }) => name === tagValue(item.tags, 'Name') && source === tagValue(item.tags, 'Source'));
  const planned = [...spawned].filter(([, item]) => isPlanned(item));
  const lines = planned.length === 0 ? [] : ['local all = spawnAll()'];
  for (const [id, item] of spawned) {
    const variable = names.variables.get(id) ?? '';
    const name = tagValue(item.tags, 'Name') ?? 'process';
    if (isPlanned(item)) lines.push(`local ${variable} = all${/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${luaString(name)}]`}`);
    else {
      const source = tagValue(item.tags, 'Source');
      const crons = item.tags.filter((tag) => tag.name.startsWith('Cron-'));
      const tags = crons.map((tag) => `{ name = ${luaString(tag.name)}, value = ${luaString(tag.value)} }`).join(', ');
      const more = crons.length === 0 ? '' : `, tags = { ${tags} }`;
      lines.push(
        `local ${variable} = spawn({ name = ${luaString(name)}, code = ${luaString(item.data ?? '')}${more} })${source === null ? '' : ` -- ${source}`}`,
      );
    }
  }
  for (const [id, title] of names.titles)
    if (!spawned.has(id as ProcessId)) lines.push(`local ${names.variables.get(id) ?? ''} = wallet(${luaString(title)})`);
  return lines;
}

/** What a test is made from. */
interface Story {
  readonly ask: Client['ask'];
  readonly sent: readonly FromOutside[];
  readonly root: Sender;
  /** The cron message that began it; null where somebody's message did. */
  readonly cron: CronOutcome | null;
  readonly names: Named;
  readonly journal: Journal;
  /** Null where no cron had a part in it. */
  readonly time: CronTime | null;
}

/** The messages of people: those before, each left to come to rest, and what began the journey. */
async function sentLines(story: Story): Promise<string[]> {
  const { ask, sent, root, cron, names, journal, time } = story;
  const watches = watchesOf(story);
  const lines: string[] = [];
  const goTo = (moment: Moment): void => {
    while (watches[0] !== undefined && watches[0].moment.timestampMs <= moment.timestampMs) {
      const watch = watches.shift();
      if (watch !== undefined) lines.push(...(time?.to(watch.moment) ?? []), `monitor(${names.variables.get(watch.process) ?? ''})`);
    }
    lines.push(...(time?.to(moment) ?? []));
  };
  for (const [index, { place, item, moment }] of sent.entries()) {
    const isRoot = cron === null && place.process === root.process && place.slot === root.slot;
    const action = tagValue(item.tags, 'Action');
    // The app has told them of each other; spawnAll does so again.
    if (!isRoot && action === 'Eval' && /^Peers = \{.*\}$/.test(item.data ?? '')) continue;
    goTo(moment);
    const fields = [
      ...(action === null ? [] : [`Action = ${luaString(action)}`]),
      ...item.tags.filter(({ name }) => !UNSAID.test(name)).map(({ name, value }) => `${luaKey(name)} = ${wordsOf(value, names, false)}`),
      ...(item.data === null || item.data === '' ? [] : [`Data = ${wordsOf(item.data, names, false)}`]),
      ...(names.titles.get(item.address) === OWN_WALLET ? [] : [`From = ${names.variables.get(item.address) ?? ''}`]),
    ];
    const call = `send(${names.variables.get(place.process) ?? ''}, { ${fields.join(', ')} })`;
    const next = sent[index + 1];
    // Those that came while others were still under way come so again.
    const hasRested = next === undefined || journal.hadRested(place, next.item.id);
    lines.push(
      ...(isRoot
        ? ['', `local begun = ${call}`, ...outcomeLines(await ask('cu.result', place))]
        : [call, ...(hasRested ? ['idle()'] : [])]),
    );
  }
  if (cron === null) return lines;
  goTo(cron);
  const ticked = `local begun = ticked(${names.variables.get(cron.process) ?? ''}, ${luaString(cron.cron)})`;
  return [...lines, '', ticked, ...outcomeLines(cron)];
}

/** From when on what the crons of a process sent was pushed: with the last cron message of which nothing was, or from the start. */
function watchesOf({ names, journal, time }: Story): { readonly process: ProcessId; readonly moment: Moment }[] {
  if (time === null) return [];
  return [...names.variables.keys()]
    .map((id) => id as ProcessId)
    .filter((process) => time.of(process).length > 0 && journal.isWatched(process))
    .map((process) => {
      const ticks = time.of(process);
      const pushed = ticks.findIndex(({ slot, tick }) => journal.hasSent({ process, slot, tick }));
      const unpushed = ticks.slice(0, Math.max(0, pushed)).findLast(({ messages, spawns }) => messages.length + spawns.length > 0);
      return { process, moment: unpushed ?? { timestampMs: 0, blockHeight: 0 } };
    })
    .sort((one, other) => one.moment.timestampMs - other.moment.timestampMs);
}

/** What the beginning itself printed, or how it ended. */
function outcomeLines({ output, error }: Pick<Outcome, 'output' | 'error'>): string[] {
  const text = stripVTControlCharacters(outputText(output).text);
  if (error !== null) return [`expect(begun:error()).has(${luaString(error.split('\n')[0] ?? '')})`];
  return text === '' || ADDRESS.test(text) ? [] : [`expect(begun:output()).equals(${luaString(text)})`];
}

/** @throws AoError SLOT_UNKNOWN. */
async function cronAt(ask: Client['ask'], { process, slot, tick = 0 }: Sender): Promise<CronOutcome> {
  const { timestampMs } = await ask('su.clock', {});
  const found = (await ticksOf(ask, process, { timestampMs, blockHeight: 0 })).find((one) => one.slot === slot && one.tick === tick);
  if (found === undefined) throw new AoError('SLOT_UNKNOWN', { process, slot });
  return found;
}

function expectedLines(followed: readonly SeenMessage[], names: Named): string[] {
  if (followed.length === 0) return ['begun:follows({})'];
  const lines: string[] = [];
  for (const one of followed) {
    const known = (id: string): string | null => names.titles.get(id) ?? null;
    const from = known(one.From);
    const to = known(one.Target);
    const { output } = one;
    const fields = [
      ...(from === null ? [] : [`from = ${luaString(from)}`]),
      ...(to === null ? [] : [`to = ${luaString(to)}`]),
      ...Object.entries(one.Tags)
        .filter(([name]) => name === 'Action' || !UNSAID.test(name))
        .sort(([first], [second]) => Number(second === 'Action') - Number(first === 'Action'))
        .map(([name, value]) => `${luaKey(name)} = ${wordsOf(value, names, true)}`),
      ...(one.Data.trim() === '' || one.Data.length > VALUE_CHARACTERS_MAX ? [] : [`Data = ${wordsOf(one.Data, names, true)}`]),
      ...(output === '' || output.length > VALUE_CHARACTERS_MAX || ADDRESS.test(output)
        ? []
        : [`output = ${wordsOf(output, names, true)}`]),
    ];
    lines.push(`  { ${fields.join(', ')} },`);
  }
  return ['begun:follows({', ...lines, '})'];
}

/** What the journey left behind in the processes: values that are otherwise than before it. */
async function valueLines(ask: Client['ask'], root: Sender, followed: readonly SeenMessage[], names: Named): Promise<string[]> {
  const first = new Map<ProcessId, Slot>();
  const last = new Map<ProcessId, Slot>();
  // After a cron message the slot before which it came may not be there yet.
  for (const place of [...(root.tick === undefined ? [root] : []), ...followed.flatMap((one) => (one.place === null ? [] : [one.place]))]) {
    if (place.slot < (first.get(place.process) ?? Infinity)) first.set(place.process, place.slot);
    if (place.slot > (last.get(place.process) ?? -1)) last.set(place.process, place.slot);
  }
  const lines: string[] = [];
  for (const [process, to] of last) {
    const variable = names.variables.get(process);
    const from = (first.get(process) ?? to) - 1;
    if (variable === undefined || from < 0) continue;
    const { changes } = await ask('cu.diff', { process, from: toSlot(from), to, limit: 200 });
    const told = new Set<string>();
    for (const { path } of changes) {
      const expression = expressionOf(path);
      if (RUNTIME.test(expression) || expression.includes('(') || told.size >= VALUES_MAX) continue;
      // A table says what stands in it.
      const isTold = path.some((_, depth) => told.has(expressionOf(path.slice(0, depth + 1))));
      const literal = isTold ? null : await literalOf(ask, process, to, expression);
      const value = literal === null ? null : wordsInLiteral(literal, names);
      if (value === null) continue;
      told.add(expression);
      lines.push(`expect(state(${variable}, ${wordsOf(expression, names, false)})).equals(${value})`);
    }
  }
  return lines;
}

/** A place of the state as an expression. A key that is an id is written as text: another run has another. */
function expressionOf(path: StatePath): string {
  const steps = path.map((step) => (/^\.[A-Za-z0-9_]{43}$/.test(step) ? `["${step.slice(1)}"]` : step));
  return steps.join('').replace(/^\./, '');
}

/** What an expression gives after a slot, as Lua writes it; null where that is no value to compare. */
async function literalOf(ask: Client['ask'], process: ProcessId, slot: Slot, expression: string): Promise<string | null> {
  const { item } = await ask('su.process', { process });
  const owner = tagValue(item.tags, 'From-Process') ?? item.address;
  const message = { owner, from: owner, tags: [{ name: 'Action', value: 'Eval' }], data: stateCode(expression) };
  const { error, output } = await ask('cu.dryRun', { process, slot, message });
  const { text } = outputText(output);
  // A time is another one in another run.
  const isPlain = /^(true|false|-?\d+(\.\d+)?|"[^\n]*"|\{.*\})$/.test(text) && !/\b1\d{12}\b/.test(text);
  return error === null && isPlain && text.length <= VALUE_CHARACTERS_MAX ? text : null;
}

/** A literal with the ids of processes and wallets as whose they are; null where it has those of strangers. */
function wordsInLiteral(literal: string, { variables }: Named): string | null {
  let isKnown = true;
  const words = literal.replaceAll(/"([A-Za-z0-9_-]{43})"/g, (whole, id: string) => {
    const variable = variables.get(id);
    if (variable === undefined) isKnown = false;
    return variable === undefined ? whole : `${variable}.id`;
  });
  return isKnown ? words : null;
}
