import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UNITS, type UnitName } from '../../../node/contract/trace.ts';

const CLI = resolve(import.meta.dirname, '../../../out/node/cli.cjs');

const BLOCK_PORTS = 20;

/** What `aoscope node --json` prints. */
interface Announced {
  readonly urls: Readonly<Record<UnitName, string>>;
  readonly authority: string;
  readonly scheduler: string;
  readonly luaModule: string;
}

/** `aoscope node` on one project, as a program of its own with the four units as its children. */
export interface KillableNode {
  readonly announced: Announced;
  /** `kill -9` of one unit; false where it does not run at the moment. */
  killUnit(unit: UnitName): boolean;
  /** `kill -9` of the node and of every unit, in the order given; resolves when none of them is left. */
  killAll(order: readonly (UnitName | 'host')[]): Promise<void>;
  /** Ends it as Ctrl-C does. @returns its exit code. */
  end(): Promise<number | null>;
}

/** A project folder and an installation's own folder, made for one run. */
export interface Place {
  readonly project: string;
  readonly home: string;
  /** First port of a block of its own: while this node is dead, no other one on the machine may answer in its place. */
  readonly firstPort: number;
  remove(): void;
}

export function newPlace(): Place {
  const root = mkdtempSync(join(tmpdir(), 'aoscope-survive-'));
  const project = join(root, 'project');
  mkdirSync(project);
  const firstPort = 20_000 + BLOCK_PORTS * Math.floor(Math.random() * 500);
  return { project, home: join(root, 'home'), firstPort, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Starts the node; resolves once it answers. @param env more of the environment. */
export async function startKillable(place: Place, env: NodeJS.ProcessEnv = {}): Promise<KillableNode> {
  const child = spawn(
    process.execPath,
    [CLI, 'node', place.project, '--data', place.home, '--port-base', String(place.firstPort), '--json'],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  const announced = await firstLine(child, exited);
  return {
    announced,
    killUnit(unit) {
      const pid = unitsOf(child.pid ?? 0).get(unit);
      return pid !== undefined && kill(pid);
    },
    async killAll(order) {
      const units = unitsOf(child.pid ?? 0);
      for (const one of order) kill((one === 'host' ? child.pid : units.get(one)) ?? 0);
      await exited;
      await Promise.all([...units.values()].map(gone));
    },
    async end() {
      child.kill('SIGINT');
      return exited;
    },
  };
}

/** Replays every process of the project as `aoscope verify` does. @returns its exit code and what it printed. */
export async function verifyProject(place: Place): Promise<{ readonly code: number | null; readonly printed: string }> {
  const child = spawn(process.execPath, [CLI, 'verify', place.project, '--data', place.home, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, printed };
}

function firstLine(child: ChildProcess, exited: Promise<number | null>): Promise<Announced> {
  return new Promise((found, failed) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const line = text
        .split('\n')
        .slice(0, -1)
        .find((one) => one.startsWith('{'));
      if (line === undefined) return;
      // What follows, a line for each fact, is read and forgotten: nobody may wait for it.
      child.stdout?.off('data', read).resume();
      found(JSON.parse(line) as Announced);
    };
    child.stdout?.on('data', read);
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-20_000)));
    void exited.then((code) => failed(new Error(`the node ended with ${code}:\n${text}${errors}`)));
  });
}

/** The units that run under a node, by the program each one runs. */
export function unitsOf(host: number): Map<UnitName, number> {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const found = new Map<UnitName, number>();
  for (const line of lines) {
    const [, pid, parent, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const unit = UNITS.find((name) => args.includes(join('units', `${name}.cjs`)));
    if (unit !== undefined && Number(parent) === host) found.set(unit, Number(pid));
  }
  return found;
}

function kill(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((done) => setTimeout(done, 20));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
