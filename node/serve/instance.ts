import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { AoError, isErrorCode, type ErrorCode } from '../contract/errors.ts';
import { takeLock } from '../workspace/lock.ts';

const SILENCE_MS = 5_000;
const addressFile = z.object({ pid: z.number(), url: z.string(), token: z.string() });
/** Where a running app is reached, by programs of the same user. */
export type Address = z.infer<typeof addressFile>;

/** This process is the one that serves `userDir`. */
export interface Instance {
  /** Lets a second start find this one; the file is for the user alone, it holds the token. */
  publish(address: Omit<Address, 'pid'>): Promise<void>;
  release(): Promise<void>;
}

/** The place of the one serving app of `userDir`, or the address of the app that has it. @throws AoError INSTANCE_SILENT. */
export async function becomeInstance(userDir: string): Promise<Instance | Address> {
  const file = join(userDir, 'serve.json');
  const lockFile = join(userDir, 'serve.lock');
  const until = Date.now() + SILENCE_MS;
  for (;;) {
    const lock = await takeLock(lockFile, userDir).catch((error: unknown) => {
      if (error instanceof AoError && error.code === 'PROJECT_IN_USE') return null;
      throw error;
    });
    if (lock !== null) {
      return {
        publish: (address) => writeFileAtomic(file, JSON.stringify({ pid: process.pid, ...address }), { mode: 0o600 }),
        async release() {
          await rm(file, { force: true });
          await lock.release();
        },
      };
    }
    // The other one may be starting or ending this very moment.
    const address = await readAddress(file);
    if (address !== null && (await post(address, null)) === null) return address;
    if (Date.now() > until) throw new AoError('INSTANCE_SILENT', { pid: address?.pid ?? (await pidOf(lockFile)) });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Asks the running app to open `path` (absolute). @throws AoError what it answers; INSTANCE_SILENT. */
export async function handOver(address: Address, path: string): Promise<void> {
  const error = await post(address, path);
  if (error !== null) throw error;
}

const answer = z.object({ code: z.string().refine(isErrorCode), details: z.record(z.string(), z.union([z.string(), z.number()])) });

async function post(address: Address, path: string | null): Promise<AoError | null> {
  try {
    const response = await fetch(`${address.url}/hand-over`, {
      method: 'POST',
      headers: { authorization: `Bearer ${address.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ path }),
      signal: AbortSignal.timeout(path === null ? 1_000 : 30_000),
    });
    if (response.ok) return null;
    const { code, details } = answer.parse(await response.json());
    return new AoError(code as ErrorCode, details);
  } catch {
    return new AoError('INSTANCE_SILENT', { pid: address.pid });
  }
}

async function readAddress(file: string): Promise<Address | null> {
  try {
    return addressFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

async function pidOf(lockFile: string): Promise<string> {
  const text = await readFile(lockFile, 'utf8').catch(() => '');
  return /"pid":\s*(\d+)/.exec(text)?.[1] ?? 'unknown';
}
