import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHeadless, type HeadlessApp } from '../../node/cli/headless.ts';
import { NO_PLACE, NOTES_FILE, type FocusNote } from '../../node/contract/focus-note.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import { NO_REDACTION, type RedactionWish } from '../../node/contract/redaction.ts';
import type { Fact } from '../../node/contract/trace.ts';
import { lineSum, VERSION } from '../../node/workspace/recording/header.ts';
import { newProject } from '../kit/project.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const SECRET = 'swordfish-42 of Alice';

const VAULT = `
Handlers.add("Store", "Store", function(msg)
  Secret = msg.Data
  print("stored " .. msg.Data)
  Send({ Target = Peers.clerk, Action = "Stored", Data = "kept: " .. msg.Data })
end)
Handlers.add("Count", "Count", function()
  Count = (Count or 0) + 1
  print("count " .. Count)
end)
`;
const CLERK = `
Handlers.add("Stored", "Stored", function(msg)
  Last = msg.Data
  print("the clerk has it")
end)
Handlers.add("Hello", "Hello", function() print("hello") end)
`;
const MANIFEST = JSON.stringify({
  version: 1,
  name: 'Vault',
  processes: [
    { name: 'vault', source: 'vault.lua' },
    { name: 'clerk', source: 'clerk.lua' },
  ],
});

let root = '';
let app: HeadlessApp;
let [vault, clerk]: ProcessId[] = [];
/** Of vault, in the order of its slots: the program, its peers, two counts, the secret, two counts. */
const [STORED, LAST] = [4, 6];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'aoscope-redaction-'));
  const project = newProject({ 'aoscope.json': MANIFEST, 'vault.lua': VAULT, 'clerk.lua': CLERK });
  cpSync(project.path, join(root, 'vault'), { recursive: true });
  project.remove();
  app = await startHeadless(OUT, join(root, 'home'), null, join(root, 'vault'));
  await app.ready;
  const { processes } = await app.hub.ask('project.run', {});
  [vault, clerk] = processes.map(({ process }) => process);
  const send = (to: ProcessId | undefined, action: string, data = '', tags: { name: string; value: string }[] = []): Promise<unknown> =>
    app.hub.ask('wallet.send', { process: to as ProcessId, tags: [{ name: 'Action', value: action }, ...tags], data });
  for (const action of ['Count', 'Count']) await send(vault, action);
  await send(vault, 'Store', SECRET, [{ name: 'Phone', value: '555-0100-1234' }]);
  for (const action of ['Count', 'Count']) await send(vault, action);
  await app.hub.ask('mu.idle', {});
  await send(clerk, 'Hello');
  await app.hub.ask('mu.idle', {});
}, 240_000);
afterAll(async () => {
  await app?.stop();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

const wish = (part: Partial<RedactionWish>): RedactionWish => ({ ...NO_REDACTION, ...part });

/** Exports what there is without what the wish names, and gives the path with what was told of it. */
async function exported(name: string, redact: RedactionWish, marks: readonly FocusNote[] = []) {
  const file = join(root, name);
  const processes = [vault as ProcessId, clerk as ProcessId];
  return { file, told: await app.hub.ask('recording.export', { file, processes, note: 'who has it?', marks, redact }) };
}

/** The file as an app of another version would have written it. @param more makes other lines of those between the header and the end */
function rewritten(file: string, name: string, version: number, more: (lines: readonly string[]) => readonly string[]): string {
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  const [head = '', ...rest] = lines.slice(0, -1);
  const all = [head.replace(/"version":\d+/, `"version":${version}`), ...more(rest)];
  const sum = lineSum();
  all.forEach((line) => sum.add(line));
  const path = join(root, name);
  writeFileSync(path, gzipSync([...all, JSON.stringify(sum.end()), ''].join('\n')));
  return path;
}

/** Everything that a file holds, with what is packed in it unpacked. */
function contentsOf(file: string): string {
  const text = gunzipSync(readFileSync(file)).toString();
  const packed = [...text.matchAll(/"([\w-]{44,})"/g)].map(([, bytes = '']) => Buffer.from(bytes, 'base64url').toString('latin1'));
  return [text, ...packed].join('\n');
}

async function opened<T>(file: string, work: (other: HeadlessApp) => Promise<T>): Promise<T> {
  const other = await startHeadless(OUT, join(root, 'elsewhere'), null, file);
  try {
    await other.ready;
    return await work(other);
  } finally {
    await other.stop();
  }
}

it('a text stays away with every copy of it; what is left is walked, and says what cannot be run again', { timeout: 300_000 }, async () => {
  const place = { ...NO_PLACE, process: vault as ProcessId, slot: toSlot(2) };
  const marks = [
    { id: 'a', text: 'the first count', atMs: 1, place },
    { id: 'b', text: `it is ${SECRET}`, atMs: 2, place },
  ];
  const whole = await exported('whole.aoscope', NO_REDACTION, marks);
  expect(whole.told.redaction).toBeNull();
  expect(contentsOf(whole.file)).toContain(SECRET);

  const redact = wish({ texts: ['SWORDFISH'] });
  const planned = await app.hub.ask('recording.plan', { processes: [vault as ProcessId, clerk as ProcessId], redact });
  const { file, told } = await exported('redacted.aoscope', redact, marks);
  expect({ ...told.redaction, notes: 0 }).toEqual(planned.redaction);
  expect(told.redaction).toMatchObject({
    texts: 1,
    notes: 1,
    processes: [{ process: vault, from: STORED, messages: 1, outcomes: 1 }, { process: clerk }],
  });
  expect(contentsOf(file).toLowerCase()).not.toContain('swordfish');

  const known = async (slot: number): Promise<string> =>
    (await app.hub.ask('cu.stateHash', { process: vault as ProcessId, slot: toSlot(slot) })).hash;
  const before = await known(STORED - 1);
  await opened(file, async ({ hub, workspace }) => {
    const process = vault as ProcessId;
    expect(workspace.project().recording).toMatchObject({
      file,
      note: 'who has it?',
      marks: [{ text: 'the first count' }],
      redaction: told.redaction,
    });
    const { entries } = await hub.ask('su.log', { process, from: toSlot(0), limit: 100 });
    expect(entries.map(({ removed }) => removed ?? null)).toEqual(
      Array.from({ length: LAST + 1 }, (_, slot) => (slot === STORED ? { tags: [], data: true } : null)),
    );
    expect(entries[STORED]?.message).toMatchObject({
      data: null,
      signature: '',
      tags: expect.arrayContaining([{ name: 'Action', value: 'Store' }]) as unknown,
    });
    // What came of every slot is as it was recorded.
    expect(await hub.ask('cu.result', { process, slot: toSlot(LAST) })).toMatchObject({
      output: { data: expect.stringContaining('count 4') as unknown },
    });
    expect(await hub.ask('cu.result', { process, slot: toSlot(STORED) })).toMatchObject({
      hash: '',
      output: '',
      messages: [{ Data: '', Target: clerk }],
      removed: { output: true, messages: [0] },
    });
    const { facts } = await hub.ask('cu.facts', { after: 0, limit: 1_000 });
    expect(facts.filter((fact) => fact.kind === 'cu.evaluated' && fact.process === process)).toHaveLength(LAST + 1);
    // Up to there it is run, and is what it was; from there on nobody can, and nothing is claimed.
    expect((await hub.ask('cu.stateHash', { process, slot: toSlot(STORED - 1) })).hash).toBe(before);
    expect(await hub.ask('cu.verify', { process })).toMatchObject({ slots: STORED, removedFrom: STORED, difference: null });
    const refused = { code: 'RECORDING_REDACTED' };
    const at = { process, slot: toSlot(LAST), tick: null };
    await expect(hub.ask('cu.state', { ...at, path: [], offset: 0, limit: 10 })).rejects.toMatchObject(refused);
    await expect(hub.ask('cu.trace', at)).rejects.toMatchObject(refused);
    await expect(hub.ask('cu.trace', { ...at, slot: toSlot(STORED) })).rejects.toMatchObject(refused);
    expect(await hub.ask('cu.trace', { ...at, slot: toSlot(STORED - 1) })).toMatchObject({ isFaithful: true });
  });
});

it('journeys of a recording are those of the run: who sent what for what, and when each hop was', { timeout: 300_000 }, async () => {
  const factsOf = async ({ hub }: HeadlessApp, unit: 'su' | 'mu' | 'cu'): Promise<readonly Fact[]> =>
    (await hub.ask(`${unit}.facts`, { after: 0, limit: 10_000 })).facts;
  const hops = (facts: readonly Fact[]): unknown[] =>
    facts.flatMap((fact): unknown[] => {
      if (fact.kind === 'su.assigned') return [[fact.kind, fact.process, fact.slot, fact.atMs, fact.program ?? null]];
      if (fact.kind === 'su.stored') return [[fact.kind, fact.stored, fact.atMs]];
      if (fact.kind === 'cu.evaluated') return [[fact.kind, fact.process, fact.slot, fact.atMs, fact.durationMs]];
      const { unit: _, seq: __, ...told } = fact;
      return fact.kind.startsWith('mu.') ? [told] : [];
    });
  const sorted = (facts: readonly Fact[]): string[] =>
    hops(facts)
      .map((hop) => JSON.stringify(hop))
      .toSorted();
  const { file } = await exported('journeys.aoscope', NO_REDACTION);
  const here = { mu: await factsOf(app, 'mu'), su: await factsOf(app, 'su'), cu: await factsOf(app, 'cu') };
  const pushed = here.mu.find((fact) => fact.kind === 'mu.pushed' && fact.sketch.action === 'Stored');
  expect(pushed).toMatchObject({ cause: { process: vault, slot: STORED }, sketch: { target: clerk } });
  await opened(file, async (other) => {
    await other.hub.ask('cu.result', { process: vault as ProcessId, slot: toSlot(LAST) });
    await other.hub.ask('cu.result', { process: clerk as ProcessId, slot: toSlot(1) });
    expect(hops(await factsOf(other, 'mu'))).toEqual(hops(here.mu));
    const of = (facts: readonly Fact[], kind: Fact['kind']): Fact[] => facts.filter((fact) => fact.kind === kind);
    const su = await factsOf(other, 'su');
    expect(sorted(of(su, 'su.assigned'))).toEqual(sorted(of(here.su, 'su.assigned')));
    // Some may have been stored since.
    expect(sorted(of(su, 'su.stored')).length).toBeGreaterThan(0);
    expect(sorted(of(here.su, 'su.stored'))).toEqual(expect.arrayContaining(sorted(of(su, 'su.stored'))));
    const cu = sorted(of(await factsOf(other, 'cu'), 'cu.evaluated'));
    expect(cu.length).toBeGreaterThan(LAST);
    expect(sorted(of(here.cu, 'cu.evaluated'))).toEqual(expect.arrayContaining(cu));
  });

  // A file of an app that told nothing of this has its logs all the same.
  const oldFile = rewritten(file, 'old.aoscope', 1, (rest) => {
    const old = rest.filter((line) => !line.startsWith('{"kind":"told"'));
    expect(old.length).toBeLessThan(rest.length);
    return old;
  });
  await opened(oldFile, async (other) => {
    expect(await factsOf(other, 'mu')).toEqual([]);
    expect((await factsOf(other, 'su')).filter(({ kind }) => kind === 'su.assigned')).toHaveLength(
      here.su.filter(({ kind }) => kind === 'su.assigned').length,
    );
  });
});

it(
  'memories of a file that an older version has written are made again from the log; those of this version are held against it',
  {
    timeout: 300_000,
  },
  async () => {
    const { file } = await exported('memories.aoscope', NO_REDACTION);
    const bytes = Buffer.from('a memory in a form that nobody reads now').toString('base64url');
    const memory = { kind: 'keyframe', slot: 3, isFull: true, hash: 'x'.repeat(43), engine: 'one of before', bytes };
    const line = JSON.stringify({ kind: 'kept', process: vault, parts: [memory] });
    const foundIn = (path: string): Promise<unknown> =>
      opened(path, async ({ hub }) => (await hub.ask('cu.verify', { process: vault as ProcessId })).difference);
    expect(await foundIn(rewritten(file, 'v5.aoscope', 5, (rest) => [...rest, line]))).toBeNull();
    const now = await foundIn(rewritten(file, 'now.aoscope', VERSION, (rest) => [...rest, line]));
    expect(now).toMatchObject({ slot: 3, cause: 'keyframe damaged' });
  },
);

it('messages of an action, values of a tag and a whole process stay away', { timeout: 300_000 }, async () => {
  // Copies that were passed on word for word go with the message that brought them.
  const byAction = await exported('action.aoscope', wish({ actions: ['Store'] }));
  expect(contentsOf(byAction.file)).not.toContain(SECRET);
  expect(byAction.told.redaction).toMatchObject({ actions: ['Store'], processes: [{ from: STORED }, { process: clerk }] });

  const byTag = await exported('tag.aoscope', wish({ tags: ['Phone'] }));
  expect(contentsOf(byTag.file)).not.toContain('555-0100-1234');
  expect(byTag.told.redaction?.processes).toEqual([{ process: vault, from: STORED, messages: 1, outcomes: 0 }]);
  await opened(byTag.file, async ({ hub }) => {
    const { entries } = await hub.ask('su.log', { process: vault as ProcessId, from: toSlot(STORED), limit: 1 });
    expect(entries[0]).toMatchObject({ removed: { tags: ['Phone'], data: false }, message: { data: SECRET } });
  });

  const byProcess = await exported('process.aoscope', wish({ processes: [clerk as ProcessId] }));
  expect(byProcess.told.processes.map(({ process }) => process)).toEqual([vault]);
  expect(byProcess.told.redaction).toMatchObject({ left: [clerk] });
  expect(contentsOf(byProcess.file)).not.toContain(`kept: ${SECRET}`);
});

it('what a recording cannot be without is refused, and then nothing is written', { timeout: 120_000 }, async () => {
  const refused = { code: 'REDACTION_IMPOSSIBLE' };
  await expect(exported('never', wish({ tags: ['From-Process'] }))).rejects.toMatchObject(refused);
  await expect(exported('never', wish({ texts: [vault as ProcessId] }))).rejects.toMatchObject(refused);
  await expect(exported('never', wish({ processes: [vault as ProcessId, clerk as ProcessId] }))).rejects.toMatchObject({
    code: 'RECORDING_IMPOSSIBLE',
  });
  expect(() => readFileSync(join(root, 'never'))).toThrow('ENOENT');
});

it('a state that would still give it away is not to be had either', { timeout: 300_000 }, async () => {
  // Nobody sent it in one piece: the program has put it together.
  const evaluate = (code: string): Promise<unknown> =>
    app.hub.ask('wallet.send', { process: clerk as ProcessId, tags: [{ name: 'Action', value: 'Eval' }], data: code });
  await evaluate('Built = "open" .. "-" .. "sesame"');
  await app.hub.ask('mu.idle', {});
  const { told } = await exported('state.aoscope', wish({ texts: ['open-sesame'] }));
  expect(told.redaction).toMatchObject({ processes: [{ process: clerk, from: 0 }], checked: { values: 1, of: 1 } });
});

it('notes stand in a file of the project, one change after another, and a broken file is left alone', { timeout: 60_000 }, async () => {
  const { ask } = app.hub;
  const file = join(root, 'vault', NOTES_FILE);
  const note = (id: string, text: string): FocusNote => ({
    id,
    text,
    atMs: 5,
    place: { ...NO_PLACE, process: vault as ProcessId, slot: toSlot(1) },
  });
  await Promise.all(['a', 'b', 'c'].map((id) => ask('notes.put', { note: note(id, `note ${id}`) })));
  await ask('notes.put', { note: note('b', 'another text') });
  await ask('notes.remove', { id: 'a' });
  const expected = [note('b', 'another text'), note('c', 'note c')];
  expect((await ask('notes.read', {})).notes).toEqual(expected);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    version: 1,
    notes: [{ id: 'b', place: { process: vault, slot: 1 } }, { id: 'c' }],
  });
  writeFileSync(file, '{"version":7}');
  await expect(ask('notes.put', { note: note('d', 'lost') })).rejects.toMatchObject({ code: 'NOTES_BROKEN' });
  expect(readFileSync(file, 'utf8')).toBe('{"version":7}');
  rmSync(file);
});

it('a recording goes to a window and comes from one piece by piece', { timeout: 60_000 }, async () => {
  const { ask } = app.hub;
  const { file, bytes } = await ask('recording.export', { file: null, processes: [vault as ProcessId], note: '' });
  const size = await ask('recording.size', { processes: [vault as ProcessId], withKeyframes: false });
  expect(size.slots).toBe(LAST + 1);
  expect(bytes / size.bytes).toBeGreaterThan(0.3);
  expect(bytes / size.bytes).toBeLessThan(3);
  const pieces: Buffer[] = [];
  for (let next: number | null = 0; next !== null;) {
    const piece: { readonly data: string; readonly next: number | null } = await ask('recording.read', { file, offset: next });
    pieces.push(Buffer.from(piece.data, 'base64url'));
    next = piece.next;
  }
  const whole = Buffer.concat(pieces);
  expect(whole).toHaveLength(bytes);
  // What was taken away is gone, and no other file can be had that way.
  await expect(ask('recording.read', { file, offset: 0 })).rejects.toMatchObject({ code: 'FILE_MISSING' });
  await expect(ask('recording.read', { file: join(root, 'vault', 'vault.lua'), offset: 0 })).rejects.toMatchObject({
    code: 'FILE_MISSING',
  });

  const half = Math.floor(whole.length / 2);
  const name = '../vault.aoscope';
  const first = await ask('recording.receive', { upload: null, name, data: whole.subarray(0, half).toString('base64url'), isLast: false });
  const last = await ask('recording.receive', {
    upload: first.upload,
    name,
    data: whole.subarray(half).toString('base64url'),
    isLast: true,
  });
  expect(last.file).toMatch(/recordings.received-\w+.vault\.aoscope$/);
  expect(readFileSync(last.file ?? '').equals(whole)).toBe(true);
});
