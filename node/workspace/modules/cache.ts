import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { isId, toModuleId, type ModuleId } from '../../contract/ids.ts';
import type { ModuleInfo } from '../../contract/modules.ts';
import { fileError } from '../file-errors.ts';

/** A module of this installation: its program lies beside, named by its content. */
export interface CachedModule extends ModuleInfo {
  /** The signed bytes in front of the program, base64url: both together are the item. Null where the module is known by its content. */
  readonly head: string | null;
}

/** Modules that were added once and are there in every project. */
export interface ModuleCache {
  all(): Promise<readonly CachedModule[]>;
  program(module: CachedModule): Promise<Uint8Array>;
  /** @throws AoError FILE_UNREADABLE. */
  keep(module: CachedModule, program: Uint8Array): Promise<void>;
  /** Takes a module out, and its program where no other module has the same. */
  remove(module: ModuleId): Promise<void>;
}

const schema = z.object({
  version: z.literal(1),
  id: z.string().refine(isId).transform(toModuleId),
  name: z.string(),
  format: z.string(),
  bytes: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  memory: z.object({ minBytes: z.number(), maxBytes: z.number() }).nullable(),
  from: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('file'), file: z.string() }),
    z.object({ kind: z.literal('gateway'), gateway: z.string() }),
  ]),
  isKnownByContent: z.boolean(),
  head: z.string().nullable(),
});

/** Hex SHA-256 of a program. */
export function contentHash(program: Uint8Array): string {
  return createHash('sha256').update(program).digest('hex');
}

/** @param folder of this installation; made when the first module is kept. */
export function openModuleCache(folder: string): ModuleCache {
  const programPath = (sha256: string): string => join(folder, `${sha256}.wasm`);
  const read = async (name: string): Promise<CachedModule[]> => {
    // A record that somebody changed is passed over; adding the module again writes it anew.
    const parsed = schema.safeParse(JSON.parse(await readFile(join(folder, name), 'utf8')));
    return parsed.success ? [parsed.data] : [];
  };
  const all = async (): Promise<readonly CachedModule[]> => {
    const names = await readdir(folder).catch(() => []);
    const records = names.filter((name) => name.endsWith('.json')).map((name) => read(name).catch(() => []));
    return (await Promise.all(records)).flat().toSorted((a, b) => a.name.localeCompare(b.name));
  };
  return {
    all,
    async remove(id) {
      const records = await all();
      const sha256 = records.find((one) => one.id === id)?.sha256;
      await rm(join(folder, `${id}.json`), { force: true });
      if (sha256 !== undefined && records.every((one) => one.id === id || one.sha256 !== sha256))
        await rm(programPath(sha256), { force: true });
    },
    async program({ sha256 }) {
      const path = programPath(sha256);
      const bytes = await readFile(path).catch((error: unknown) => {
        throw fileError(error, path);
      });
      if (contentHash(bytes) !== sha256) throw fileError(new Error('its content is another than it was'), path);
      return bytes;
    },
    async keep(module, program) {
      try {
        await mkdir(folder, { recursive: true });
        await writeFileAtomic(programPath(module.sha256), Buffer.from(program));
        await writeFileAtomic(join(folder, `${module.id}.json`), `${JSON.stringify({ version: 1, ...module }, null, 2)}\n`);
      } catch (error) {
        throw fileError(error, folder);
      }
    },
  };
}
