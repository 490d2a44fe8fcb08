import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync, mkdtempSync, rmSync, readdirSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineSum } from '../../node/workspace/recording/header.ts';
import { AoError } from '../../node/contract/errors.ts';
import { startHeadless } from '../../node/cli/headless.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'out');
const GUIDES = ['README.md', 'node/cli/README.md'];

let root = '';
let ledger = '';
const states: string[] = [];

interface Said {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** `aoscope …` as a person runs it, in the folder where the project lies. @param home whose wallets; the project's own when absent. */
function aoscope(args: readonly string[], home = 'home'): Promise<Said> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(OUT, 'node/cli.cjs'), ...args],
      { cwd: root, env: { ...process.env, AOSCOPE_HOME: join(root, home) }, maxBuffer: 64 * 1024 * 1024 },
      (error, out, errors) => done({ code: error === null ? 0 : Number(error.code), out, errors }),
    );
  });
}

/** What a command says with --json, line by line. */
async function json(args: readonly string[]): Promise<{ code: number; lines: Record<string, unknown>[] }> {
  const { code, out } = await aoscope([...args, '--json']);
  return {
    code,
    lines: out
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

/** What is printed, without what differs from one installation to the next. */
function masked(text: string): string {
  return text
    .replaceAll(/[\w-]{8}…|[\w-]{43}/g, '<id>')
    .replaceAll(/^ +\d+ {2}(?=ledger\.lua)/gm, '  <step>  ')
    .replaceAll(/\d+(?= steps in all)|(?<=step )\d+ */g, '<steps>')
    .replaceAll(/(?<=process\.lua:)\d+/g, '<line>')
    .trimEnd();
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'aoscope-history-'));
  cpSync(join(ROOT, 'node/samples/ledger'), join(root, 'ledger'), { recursive: true });
  const app = await startHeadless(OUT, join(root, 'home'), null, join(root, 'ledger'));
  try {
    await app.ready;
    const { processes } = await app.hub.ask('project.run', {});
    await app.hub.ask('mu.idle', {});
    const process = processes.find(({ name }) => name === 'ledger')?.process as ProcessId;
    ledger = process;
    const { slotLatest } = await app.hub.ask('su.process', { process });
    for (let slot = 0; slot <= slotLatest; slot++) {
      const { hash } = await app.hub.ask('cu.result', { process, slot: toSlot(slot) });
      states.push(`${hash} ${(await app.hub.ask('cu.stateHash', { process, slot: toSlot(slot) })).hash}`);
    }
  } finally {
    await app.stop();
  }
}, 240_000);
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

/** The commands of the documented session with what they print, by the blank line and the `$` before each. */
function session(guide: string): { readonly command: string; readonly printed: string }[] {
  const text = readFileSync(join(ROOT, guide), 'utf8');
  const block = /<!-- session -->\s*```console\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...printed] = part.trimEnd().split('\n');
      return { command, printed: printed.join('\n') };
    });
}

/** The words of a command as a shell parts them. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

it('finds the planted bug from its symptom, word for word as the documents tell it', { timeout: 300_000 }, async () => {
  const printed = new Map<string, string>();
  const [documented, real]: [string[], string[]] = [[], []];
  for (const guide of GUIDES) {
    const steps = session(guide);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    for (const { command } of steps) {
      if (printed.has(command)) continue;
      const [program, ...args] = wordsOf(command);
      expect(program).toBe('aoscope');
      const { out, errors } = await aoscope(args);
      printed.set(command, out + errors);
    }
    const told = (of: (step: { readonly command: string; readonly printed: string }) => string): string =>
      steps.map((step) => `$ ${step.command}\n${masked(of(step))}\n`).join('');
    const sample = process.env['AOSCOPE_SESSION'];
    // For whoever writes the documents: what stands between the fences.
    if (sample !== undefined)
      writeFileSync(
        join(sample, guide.replaceAll('/', '-')),
        steps.map(({ command }) => `$ ${command}\n${printed.get(command) ?? ''}`).join(''),
      );
    documented.push(told((step) => step.printed));
    real.push(told(({ command }) => printed.get(command) ?? ''));
  }
  expect(real).toEqual(documented);
});

it('says the same in JSON, takes names and ids, and tells by its exit code what it found', { timeout: 300_000 }, async () => {
  const state = await json(['state', 'ledger', ledger, 'latest', '.Balances']);
  expect(state.code).toBe(0);
  expect(state.lines[0]?.['nodes']).toContainEqual(expect.objectContaining({ key: '.dave', preview: '-3' }));
  const hit = await json(['query', 'ledger', 'ledger', '--change', 'Balances.erin']);
  expect(hit).toMatchObject({ code: 0, lines: [{ slot: 0 }, { before: '30', text: '0' }] });
  const slot = Number(hit.lines[1]?.['slot']);
  const none = await json(['query', 'ledger', 'ledger', 'Balances.alice < 0']);
  expect(none).toEqual({ code: 1, lines: [] });
  const [entered] = (await json(['query', 'ledger', 'ledger', '--function', 'chargeFee', '--backwards', '--first'])).lines;
  expect(entered).toMatchObject({ slot: 201, text: 'ledger.lua:7' });
  const trace = await json(['trace', 'ledger', 'ledger', String(slot)]);
  expect(trace).toMatchObject({
    code: 0,
    lines: [{ isFaithful: true, handlers: expect.arrayContaining([expect.objectContaining({ name: 'Transfer' })]) as unknown }],
  });
  const why = await json(['why', 'ledger', 'ledger', 'latest', 'Balances.dave']);
  expect(why).toMatchObject({ code: 0, lines: [{ origin: 'person', links: [{ slot, did: 'wrote' }, { did: 'sent' }] }] });
  const diff = await json(['diff', 'ledger', 'ledger', String(slot - 1), String(slot)]);
  expect(diff).toMatchObject({ code: 1 });
  expect(diff.lines[0]?.['changes']).toContainEqual(expect.objectContaining({ path: ['.Balances', '.erin'], before: '30', after: '0' }));
  expect(await json(['diff', 'ledger', 'ledger', String(slot), String(slot)])).toMatchObject({ code: 0, lines: [{ changes: [] }] });
  const branch = await json(['branch', 'ledger', 'ledger', '--skip', String(slot)]);
  expect(branch).toMatchObject({ code: 1, lines: [{ ends: expect.any(Array) as unknown }] });

  // A kept one is looked at by the same commands: there the message never came.
  const kept = await json(['branch', 'ledger', 'ledger', '--skip', String(slot), '--keep']);
  const inside = ['--branch', String(kept.lines[0]?.['branch'])];
  expect(await json(['query', 'ledger', 'ledger', '--change', 'Balances.erin', ...inside])).toMatchObject({
    code: 0,
    lines: [{ slot: 0 }],
  });
  const there = await json(['state', 'ledger', ledger, 'latest', '.Balances', ...inside]);
  expect(there.lines[0]?.['nodes']).toContainEqual(expect.objectContaining({ key: '.erin', preview: '30' }));
  expect(await json(['trace', 'ledger', 'ledger', 'latest', ...inside])).toMatchObject({ code: 0, lines: [{ isFaithful: true }] });
  expect(await json(['why', 'ledger', 'ledger', 'latest', 'Balances.erin', ...inside])).toMatchObject({
    lines: [{ links: [{ slot: 0 }] }],
  });
  const erin = { path: ['.Balances', '.erin'], before: '0', after: '30' };
  const against = await json(['diff', 'ledger', 'ledger', String(slot), String(slot - 1), '--main', ...inside]);
  expect(against.lines[0]?.['changes']).toContainEqual(expect.objectContaining(erin));
  expect((await json(['diff', 'ledger', 'ledger', 'start', 'latest', ...inside])).lines[0]?.['changes']).toContainEqual(
    expect.objectContaining({ path: ['.Balances', '.erin'], before: null, after: '30' }),
  );
  expect((await json(['trace', 'ledger', 'ledger', '0', '--branch', '99'])).code).toBe(1);
  expect((await json(['branch', 'ledger', '--drop', inside[1] ?? ''])).code).toBe(0);
});

it('finds messages by what their tags say, and asks about each later message of a branch', { timeout: 300_000 }, async () => {
  const messages = async (tags: string, ...more: string[]) =>
    (await json(['query', 'ledger', 'ledger', '--message', tags, ...more])).lines.map((one) => Number(one['slot']));
  const few = await messages('action=Transfer,Amount<20', '--sender', 'market');
  const rest = await messages('Amount,!Amount<20');
  expect(few.length).toBeGreaterThan(0);
  expect([...few, ...rest].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 2));
  expect(await json(['query', 'ledger', 'ledger', '--error'])).toEqual({ code: 1, lines: [] });

  const asks = await json(['branch', 'ledger', 'ledger', '--skip', '200', '--later', 'ask']);
  expect(asks.lines[0]?.['question']).toMatchObject({ slot: 201, action: 'Transfer' });
  const left = await json(['branch', 'ledger', '--again', String(asks.lines[0]?.['branch']), '--answer', 'leave-all']);
  expect(left.lines[0]).toMatchObject({ isDone: true, question: null, lines: [{ missing: [200, 201] }] });
});

it('replays a process slot by slot, with what each cost and kept, and the state at the end', { timeout: 120_000 }, async () => {
  const last = 60;
  const { code, out, errors } = await aoscope(['replay', 'ledger', 'ledger', String(last)]);
  expect([code, errors]).toEqual([0, '']);
  const lines = out.trim().split('\n');
  expect(lines).toHaveLength(last + 2);
  for (let slot = 0; slot <= last; slot++) {
    const [outcome = '', state = ''] = (states[slot] ?? '').split(' ');
    expect(lines[slot]).toMatch(new RegExp(`^${slot}  ${outcome}  \\d+ gas  [\\d.]+ ms  [\\d.]+ MiB  \\d+ sent`));
    if (lines[slot]?.includes('kept') === true) expect(lines[slot]).toContain(`state ${state}`);
    if (slot === last) expect(lines.at(-1)).toBe(`state after slot ${last}: ${state}`);
  }
  const json = await aoscope(['replay', 'ledger', 'ledger', '3', '--json']);
  const told = json.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told.map(({ slot }) => slot)).toEqual([0, 1, 2, 3, 3]);
  expect(told.at(-1)).toMatchObject({ difference: null, slots: 4, hash: states[3]?.split(' ')[1] });
});

it('explains bad input with a cure', { timeout: 300_000 }, async () => {
  for (const [args, code] of [
    [['state', 'ledger', 'nobody', '0'], 'nobody'],
    // One id of 64 begins so: it is no option.
    [['state', 'ledger', `-${'x'.repeat(42)}`, '0'], `-${'x'.repeat(42)}`],
    [['trace', 'ledger', 'ledger', 'soon'], 'soon'],
    [['trace', 'ledger', 'ledger', '99999'], 'has no slot'],
    [['query', 'ledger', 'ledger', 'Balances.dave <'], 'Balances.dave <'],
    [['query', 'ledger', 'ledger'], 'what to look for'],
    [['query', 'ledger', 'ledger', '--message', 'Amount>much'], 'needs a number'],
    [['why', 'nowhere', 'ledger', '0', 'X'], 'nowhere'],
    [['branch', 'ledger', 'ledger', '--code', 'missing.lua'], 'missing.lua'],
    [['state', 'ledger', 'ledger', '0', '--colour'], '--colour'],
  ] as const) {
    const { code: exit, out, errors } = await aoscope(args);
    expect([args, exit, out]).toEqual([args, 1, '']);
    expect(errors).toContain(code);
  }
});

describe('a recording', () => {
  const file = (): string => join(root, 'ledger.recording');
  const opened = async <T>(path: string, work: (app: Awaited<ReturnType<typeof startHeadless>>) => Promise<T>): Promise<T> => {
    const app = await startHeadless(OUT, join(root, 'elsewhere'), null, path);
    try {
      await app.ready;
      return await work(app);
    } finally {
      await app.stop();
    }
  };
  const codeOf = (path: string): Promise<unknown> =>
    opened(path, async () => null).then(
      () => 'it opened',
      (error: unknown) => (error instanceof AoError ? error.code : error),
    );

  /** A file of these lines with an end that fits them. */
  const sealed = (lines: readonly string[]): Buffer => {
    const before = lines.filter((line) => line !== '' && !line.startsWith('{"kind":"end"'));
    const hash = createHash('sha256')
      .update(`${before.join('\n')}\n`)
      .digest('base64url');
    return gzipSync([...before, JSON.stringify({ kind: 'end', lines: before.length, hash }), ''].join('\n'));
  };

  beforeAll(async () => {
    const { code, errors } = await aoscope(['export', 'ledger', 'ledger.recording', '--note', 'dave owes money']);
    if (code !== 0 || errors !== '') throw new Error(`the export ended with ${code}: ${errors}`);
  }, 240_000);

  it('holds no wallet', () => {
    const text = gunzipSync(readFileSync(file())).toString();
    expect(text).toContain('dave owes money');
    const contents = Buffer.concat(
      text
        .trim()
        .split('\n')
        .map((line) => Buffer.from((JSON.parse(line) as { bytes?: string }).bytes ?? '', 'base64url')),
    );
    const wallets = readdirSync(join(root, 'home/wallets'));
    expect(wallets.length).toBeGreaterThanOrEqual(3);
    for (const name of wallets) {
      const { d, x } = JSON.parse(readFileSync(join(root, 'home/wallets', name), 'utf8')) as { d: string; x: string };
      expect(text).not.toContain(d);
      for (const encoding of ['base64url', 'hex', 'base64'] as const)
        expect(contents.includes(Buffer.from(d, 'base64url').toString(encoding))).toBe(false);
      expect(contents.includes(Buffer.from(d, 'base64url'))).toBe(false);
      // The public keys are: what was looked for can be found.
      expect(contents.includes(Buffer.from(x, 'base64url'))).toBe(true);
    }
  });

  it('gives the same outcomes and states with other wallets, and takes nothing new', { timeout: 240_000 }, async () => {
    await opened(file(), async ({ hub, workspace }) => {
      const process = ledger as ProcessId;
      for (const [slot, state] of states.entries()) {
        const { hash } = await hub.ask('cu.result', { process, slot: toSlot(slot) });
        expect(`${slot} ${hash} ${(await hub.ask('cu.stateHash', { process, slot: toSlot(slot) })).hash}`).toBe(`${slot} ${state}`);
      }
      expect(workspace.project().isReadOnly).toBe(true);
      const refused = { code: 'RECORDING_READ_ONLY' };
      await expect(hub.ask('wallet.send', { process, tags: [], data: '' })).rejects.toMatchObject(refused);
      await expect(hub.ask('wallet.spawn', { name: 'x', source: '', tags: [], module: null })).rejects.toMatchObject(refused);
      await expect(hub.ask('files.write', { path: 'a.lua', text: '', version: null })).rejects.toMatchObject(refused);
      await expect(hub.ask('su.setClock', { wish: { kind: 'paused' } as never })).rejects.toMatchObject(refused);
    });
  });

  it('is looked at by the same commands, which say the same', { timeout: 300_000 }, async () => {
    for (const args of [
      ['why', 'ledger', 'latest', 'Balances.dave'],
      ['state', 'ledger', 'latest', '.Balances'],
      ['query', 'ledger', 'Balances.dave < 0', '--first'],
      ['branch', 'ledger', '--code', 'ledger/fixed.lua'],
    ]) {
      const [command = '', ...rest] = args;
      const here = await aoscope([command, 'ledger', ...rest]);
      expect(await aoscope([command, 'ledger.recording', ...rest], 'elsewhere')).toEqual(here);
      expect(here.errors).toBe('');
    }
    const { code, out } = await aoscope(['verify', 'ledger.recording'], 'elsewhere');
    expect([code, out]).toEqual([0, expect.stringContaining('ledger')]);
  });

  it('brings notes, a focus and all that was computed with it, where that is asked for', { timeout: 240_000 }, async () => {
    const marks = ['--focus', 'ledger:141', '--mark', 'ledger:141=dave = -3', '--mark', 'market:2=it began here'];
    const made = await aoscope(['export', 'ledger', 'whole.recording', '--keyframes', '--note', 'what happened', ...marks]);
    expect([made.code, made.errors]).toEqual([0, '']);
    const told = (await aoscope(['recording', 'whole.recording'], 'elsewhere')).out;
    for (const words of ['what happened', 'Look first at ledger slot 141', 'ledger slot 141: dave = -3', 'market slot 2: it began here'])
      expect(told).toContain(words);
    const state = await aoscope(['state', 'whole.recording', 'ledger', 'focus', '.Balances'], 'elsewhere');
    expect(state.out).toMatch(/^\.dave +-3$/m);
    const process = ledger as ProcessId;
    const known = async (path: string): Promise<number> =>
      opened(path, async ({ hub, workspace }) => {
        const range = { process, from: null, to: null, limit: 1_000, order: 'asc' } as const;
        const { results } = await hub.ask('cu.results', range);
        if (results.length > 0)
          expect(workspace.project().recording).toMatchObject({ note: 'what happened', focus: { process, slot: 141 } });
        // What was brought is believed no more than the log: it is replayed and compared.
        expect(await hub.ask('cu.verify', { process })).toMatchObject({ difference: null, slots: states.length });
        const { hash } = await hub.ask('cu.stateHash', { process, slot: toSlot(100) });
        expect(states[100]).toContain(hash);
        return results.length;
      });
    expect(await known(join(root, 'whole.recording'))).toBe(states.length);
    expect(await known(file())).toBe(0);
    // In an older file memories are of another form: they are made again, and nothing is called damaged.
    const [head = '', ...rest] = gunzipSync(readFileSync(join(root, 'whole.recording')))
      .toString()
      .trim()
      .split('\n')
      .slice(0, -1);
    const memory = /("kind":"keyframe"[^}]*"bytes":")[^"]*/g;
    // Two hundred quick slots may be over before a memory is kept: one is put in.
    const kept = /("kind":"kept"[^[]*"parts":\[)/;
    expect(rest.some((line) => kept.test(line))).toBe(true);
    const put = '$1{"kind":"keyframe","slot":0,"isFull":true,"hash":"none","engine":"1 lua","bytes":""},';
    const older = rest.map((line) => line.replace(kept, put).replaceAll(memory, '$1AAAAAAAA'));
    const old = [head.replace(/"version":\d+/, '"version":3'), ...older];
    const sum = lineSum();
    old.forEach((line) => sum.add(line));
    writeFileSync(join(root, 'older.recording'), gzipSync([...old, JSON.stringify(sum.end()), ''].join('\n')));
    expect(await known(join(root, 'older.recording'))).toBe(states.length);
    for (const bad of ['ledger:99999', 'nobody:0', 'ledger']) {
      const { code, errors } = await aoscope(['export', 'ledger', 'never.recording', '--focus', bad]);
      expect([bad, code, errors]).toEqual([
        bad,
        1,
        expect.stringContaining(bad.split(':')[0] === 'nobody' ? 'nobody' : (bad.split(':')[1] ?? bad)),
      ]);
    }
  });

  it('is refused where it is damaged, foreign or too new, and says why', { timeout: 240_000 }, async () => {
    const text = gunzipSync(readFileSync(file())).toString();
    const broken = (name: string, bytes: string | Uint8Array): string => {
      writeFileSync(join(root, name), bytes);
      return join(root, name);
    };
    const lines = text.split('\n');
    expect(await codeOf(broken('foreign', 'PK not ours'))).toBe('RECORDING_FOREIGN');
    expect(await codeOf(broken('empty', ''))).toBe('RECORDING_FOREIGN');
    expect(await codeOf(broken('other', gzipSync('{"format":"something else"}\n')))).toBe('RECORDING_FOREIGN');
    expect(await codeOf(broken('newer', gzipSync(text.replace(/"version":\d+/, '"version":99'))))).toBe('RECORDING_TOO_NEW');
    expect(await codeOf(broken('cut', readFileSync(file()).subarray(0, -2_000)))).toBe('RECORDING_DAMAGED');
    expect(await codeOf(broken('endless', gzipSync(lines.slice(0, -2).join('\n'))))).toBe('RECORDING_DAMAGED');
    // A line of any kind that is missing, twice there or another: told before anything is started.
    for (const kind of ['item', 'outcomes', 'state']) {
      const at = lines.findLastIndex((line) => line.startsWith(`{"kind":"${kind}"`));
      const changed = lines.with(
        at,
        (lines[at] ?? '').replace(/.(?="[\]}])/, (one) => (one === 'A' ? 'B' : 'A')),
      );
      for (const [name, made] of [
        [`missing-${kind}`, lines.toSpliced(at, 1)],
        [`twice-${kind}`, lines.toSpliced(at, 0, lines[at] ?? '')],
        [`changed-${kind}`, changed],
      ] as const)
        expect([name, await codeOf(broken(name, gzipSync(made.join('\n'))))]).toEqual([name, 'RECORDING_DAMAGED']);
    }
    // Whoever counts and hashes anew has still not signed it.
    const items = lines.flatMap((line, at) => (line.startsWith('{"kind":"item"') ? [at] : []));
    const ours = items[100] ?? -1;
    expect(await codeOf(broken('slot-gone', sealed(lines.toSpliced(ours, 1))))).toBe('RECORDING_DAMAGED');
    const forged = lines.with(ours, (lines[ours] ?? '').replace(/[^"]{4}(?="})/, 'AAAA'));
    expect(await codeOf(broken('forged', sealed(forged)))).toBe('RECORDING_DAMAGED');
    expect(await aoscope(['state', 'cut', 'ledger', '0'])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('export it anew') as unknown,
    });
  });

  it('opens in the app as a project that is read-only, and leaves the other one where it was', { timeout: 240_000 }, async () => {
    const project = join(root, 'mine');
    cpSync(join(ROOT, 'node/samples/ping-pong'), project, { recursive: true });
    await opened(project, async ({ hub }) => {
      await expect(hub.ask('recording.open', { file: join(root, 'cut') })).rejects.toMatchObject({ code: 'RECORDING_DAMAGED' });
      expect((await hub.ask('project.current', {})).project).toMatchObject({ name: 'Ping-pong', isReadOnly: false });
      expect(await hub.ask('recording.open', { file: file() })).toMatchObject({ name: 'ledger', isReadOnly: true });
      const process = ledger as ProcessId;
      const { hash } = await hub.ask('cu.stateHash', { process, slot: toSlot(states.length - 1) });
      expect(states.at(-1)).toContain(hash);
      await expect(hub.ask('recording.export', { file: join(root, 'again'), processes: [process], note: '' })).rejects.toMatchObject({
        code: 'RECORDING_READ_ONLY',
      });
    });
  });
});
