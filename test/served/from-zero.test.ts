import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const TUTORIAL = readFileSync(join(ROOT, 'node/cli/FROM-ZERO.md'), 'utf8');
const PASSPHRASE = 'seven grey herons';
/** A pseudo-terminal, so that the questions are asked as a person is asked them. */
const SCRIPT = ['/usr/bin/script', '/bin/script'].find(existsSync);
const isSkipped = SCRIPT === undefined || process.platform !== 'linux' || !existsSync(join(ROOT, 'out/node/cli.cjs'));
if (isSkipped) process.stderr.write('SKIPPED: the tutorial, word for word; it needs Linux, the program script, and a build.\n');

/** The commands of the tutorial, each as it stands there, without what is said about it. */
function commands(): readonly string[] {
  const blocks = [...TUTORIAL.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  return blocks.flatMap((text) =>
    text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line !== ''),
  );
}

/** The lines of JSON that the tutorial has its reader put into aoscope.json. */
function networks(authority: string): object {
  const [, text = ''] = /```json\n([\s\S]*?)```/.exec(TUTORIAL) ?? [];
  return JSON.parse(`{${text.replace('"…"', JSON.stringify(authority))}}`) as object;
}

/** Somebody at a terminal, in an empty folder, with `aoscope` on the path as npm link puts it there. */
class Person {
  readonly folder = mkdtempSync(join(tmpdir(), 'aoscope-from-zero-'));
  readonly #started: { readonly child: ChildProcess; readonly ended: Promise<unknown> }[] = [];

  constructor() {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'aoscope'),
      `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(ROOT, 'out/node/cli.cjs'))} "$@"\n`,
      { mode: 0o755 },
    );
    symlinkSync(process.execPath, join(bin, 'node'));
  }

  /** Types a command at a terminal; `answers` are typed when their question is seen. @returns what was printed; the command has ended with 0. */
  async types(command: string, answers: readonly (readonly [string, string])[] = []): Promise<string> {
    const { child, ended, printed } = this.#start(command);
    const open = [...answers];
    const answer = (): void => {
      const [next] = open;
      if (next === undefined || !printed().includes(next[0])) return;
      open.shift();
      child.stdin?.write(`${next[1]}\n`);
    };
    const watching = setInterval(answer, 50);
    const code = await ended.finally(() => clearInterval(watching));
    if (code !== 0) throw new Error(`${command} ended with ${code}:\n${printed()}`);
    if (open.length > 0) throw new Error(`${command} did not ask: ${open.map(([question]) => question).join(', ')}`);
    return printed();
  }

  /** Types one that goes on, in a terminal of its own. @returns what it prints up to `until`. */
  async leaves(command: string, until: RegExp): Promise<string> {
    const { printed, ended } = this.#start(command);
    const isOver = ended.then((code) => Promise.reject(new Error(`${command} ended with ${code}: ${printed()}`)));
    isOver.catch(() => undefined);
    await Promise.race([isOver, vi.waitUntil(() => until.test(printed()), { timeout: 60_000, interval: 50 })]);
    return printed();
  }

  async goes(): Promise<void> {
    for (const { child, ended } of this.#started) {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) endGroup(child.pid);
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  #start(command: string): { readonly child: ChildProcess; readonly ended: Promise<number | null>; printed(): string } {
    const env = {
      ...process.env,
      PATH: [join(this.folder, 'bin'), process.env['PATH']].join(delimiter),
      AOSCOPE_HOME: join(this.folder, 'home'),
      AOSCOPE_PASSPHRASE: '',
      NO_COLOR: '1',
      SHELL: '/bin/sh',
    };
    const child = spawn(SCRIPT ?? '', ['-qefc', command, '/dev/null'], {
      cwd: this.folder,
      env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let text = '';
    for (const pipe of [child.stdout, child.stderr]) pipe?.setEncoding('utf8').on('data', (part: string) => (text += part));
    const ended = new Promise<number | null>((gone) => child.once('close', gone));
    this.#started.push({ child, ended });
    return { child, ended, printed: () => text.replaceAll('\r', '') };
  }
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

it.skipIf(isSkipped)(
  'the tutorial is true: each of its commands, typed as it stands there, ends where it says',
  { timeout: 400_000 },
  async () => {
    const person = new Person();
    onTestFinished(() => person.goes());
    const left = [...commands()];
    /** The next command of the tutorial, which begins so: one that is added or changed there is met here. */
    const next = (beginning: string): string => {
      const command = left.shift() ?? 'the end';
      expect(command.startsWith(beginning) ? beginning : command).toBe(beginning);
      return command;
    };
    // Cloning, the first start and the build are what every run of the tests begins with.
    for (const beginning of ['git clone', 'npm start', 'npm run build']) next(beginning);

    await person.types(next('aoscope new my-token'));
    const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six'];
    const [, count = ''] = /aoscope test my-token +# (\w+) tests/.exec(TUTORIAL) ?? [];
    expect(await person.types(next('aoscope test my-token'))).toMatch(new RegExp(`\\b${words.indexOf(count)} (?:tests )?passed`));
    await person.types(next('aoscope up my-token'));
    const why = await person.types(next('aoscope why'));
    expect(why).toContain('token.lua:');
    expect(why).toContain('A message from outside began it.');

    const printed = await person.leaves(next('aoscope node'), /authority\W+[\w-]{43}/i);
    const [, authority = ''] = /authority\W+([\w-]{43})/i.exec(printed) ?? [];
    const manifest = join(person.folder, 'my-token', 'aoscope.json');
    writeFileSync(manifest, JSON.stringify({ ...(JSON.parse(readFileSync(manifest, 'utf8')) as object), ...networks(authority) }, null, 2));
    const [, lines = ''] = /(\w+) lines begin with `ok`/.exec(TUTORIAL) ?? [];
    const examined = await person.types(next('aoscope doctor'));
    expect(examined.split('\n').filter((line) => line.trimStart().startsWith('ok'))).toHaveLength(words.indexOf(lines.toLowerCase()));

    const asked = [
      ['New passphrase of the wallet mine', PASSPHRASE],
      ['The same again', PASSPHRASE],
    ] as const;
    await person.types(next('aoscope wallet new mine'), asked);
    expect(readFileSync(join(person.folder, 'home', 'keys', 'mine.key'), 'utf8')).not.toContain(PASSPHRASE);

    const unlock = ['Passphrase of the wallet mine', PASSPHRASE] as const;
    const agree = ['Type yes', 'yes'] as const;
    const dry = await person.types(next('aoscope deploy'), [unlock]);
    expect(dry).toContain('token');
    const receipts = join(person.folder, 'my-token', 'aoscope.deployments.json');
    expect(existsSync(receipts)).toBe(false);
    const deploy = next('aoscope deploy');
    const [, promised = ''] = /```text\n\s*([\s\S]*?)\s*```/.exec(TUTORIAL) ?? [];
    expect(await person.types(deploy, [unlock, agree])).toContain(promised);

    const [, answer = ''] = /\n`("Data":"\w+")`\./.exec(TUTORIAL) ?? [];
    const { id, text } = tokenOf(readFileSync(receipts, 'utf8'));
    expect(await person.types(next('curl').replaceAll('TOKEN', id))).toContain(answer);
    expect(text).not.toContain(PASSPHRASE);

    // Changed, deployed, deployed once more, put back.
    const [, from = '', to = ''] = /`"(.+?)"` to `"(.+?)"`, and deploy again/.exec(TUTORIAL) ?? [];
    const file = join(person.folder, 'my-token', 'token.lua');
    const before = readFileSync(file, 'utf8');
    expect(before).toContain(`"${from}"`);
    writeFileSync(file, before.replace(`"${from}"`, `"${to}"`));
    const again = await person.types(deploy, [unlock, agree]);
    expect(again).toContain(`"${to}"`);
    expect(tokenOf(readFileSync(receipts, 'utf8')).id).toBe(id);
    expect(await person.types(deploy, [unlock])).toMatch(/nothing to do/i);
    writeFileSync(file, before);
    await person.types(deploy, [unlock, agree]);
    expect(left).toEqual([]);
  },
);

/** The process token on the network practice, as the receipts say. */
function tokenOf(text: string): { readonly id: string; readonly text: string } {
  const { networks: all } = JSON.parse(text) as {
    readonly networks: Readonly<Record<string, { readonly running: Readonly<Record<string, { readonly process: string }>> }>>;
  };
  return { id: all['practice']?.running['token']?.process ?? '', text };
}
