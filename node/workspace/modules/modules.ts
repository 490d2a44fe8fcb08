import { AoError } from '../../contract/errors.ts';
import { isId, toItemId, toModuleId, type ModuleId } from '../../contract/ids.ts';
import { tagValue, type Item } from '../../contract/item.ts';
import { KNOWN_MODULES, knownByContent, moduleTags } from '../../contract/module-catalogue.ts';
import {
  isProgramFile,
  JS_FORMAT,
  LOADER_FORMAT,
  PLAIN_FORMAT,
  programName,
  type ModuleInfo,
  type ModuleProgress,
  type ProgramChecked,
} from '../../contract/modules.ts';
import type { Client } from '../../contract/rpc.ts';
import type { BuiltInModule } from '../module.ts';
import type { Signing } from '../signing.ts';
import { contentHash, openModuleCache, type CachedModule } from './cache.ts';
import { fetchModule } from './fetch-module.ts';
import type { Compilers, Target } from './compilers.ts';
import { programForNetwork, type NetworkProgram } from './for-network.ts';
import { isWasm, shapeOfProgram } from './format.ts';
import type { ProgramFiles } from './sources.ts';

/** The modules of this installation, and the way of each onto the gateway of the open project. */
export interface Modules {
  list(): Promise<readonly ModuleInfo[]>;
  /** @throws AoError MODULE_FILE_INVALID, COMPILE_FAILED, FILE_UNREADABLE. */
  add(file: string, bytes: Uint8Array): Promise<ModuleInfo>;
  /** @throws AoError MODULE_OFFLINE, MODULE_NOT_THERE, MODULE_FORGED, CANCELLED. */
  fetch(module: ModuleId, gateway: string, signal: AbortSignal): Promise<ModuleInfo>;
  remove(module: ModuleId): Promise<void>;
  /**
   * The module that a person means, put on the open project's gateway where it is not there yet.
   * @param ref an id, a name of the list or of the catalogue, the path of a .wasm, .wat, .ts or .js file, `lua` or null for the app's own.
   * @param files those of the project.
   * @throws AoError MODULE_NAME_UNKNOWN, MODULE_UNKNOWN, and as Compilers.program.
   */
  resolve(ref: string | null, files: ProgramFiles, signal?: AbortSignal): Promise<ModuleId>;
  /** What the compiler says of a file of the project. @throws AoError as Compilers.check. */
  check(file: string, files: ProgramFiles, signal?: AbortSignal): Promise<ProgramChecked>;
  /** @throws AoError as programForNetwork. */
  build(file: string, files: ProgramFiles, signal: AbortSignal): Promise<NetworkProgram>;
  /** Puts every module of this installation on the open project's gateway. */
  offerAll(): Promise<void>;
}

export interface ModulesPorts {
  readonly folder: string;
  readonly ask: Client['ask'];
  readonly signing: Signing;
  readonly builtIn: BuiltInModule;
  readonly compilers: Compilers;
  /** Where what is made of files will run. */
  readonly target: Target;
  progress(progress: ModuleProgress): void;
}

export function openModules({ folder, ask, signing, builtIn, compilers, target, progress }: ModulesPorts): Modules {
  const cache = openModuleCache(folder);
  const isHere = async (id: ModuleId): Promise<boolean> => {
    try {
      // A stand-in answers too; it is not the module.
      const { tags } = await ask('gateway.item', { id: toItemId(id) });
      return tagValue(tags, 'Stands-In') === null;
    } catch (error) {
      if (error instanceof AoError && error.code === 'ITEM_NOT_FOUND') return false;
      throw error;
    }
  };
  const offer = async (module: CachedModule, program?: Uint8Array): Promise<void> => {
    if (await isHere(module.id)) return;
    const bytes = program ?? (await cache.program(module));
    if (module.head === null) await ask('gateway.known', { data: Buffer.from(bytes).toString('base64url') });
    else await ask('gateway.upload', { item: Buffer.concat([Buffer.from(module.head, 'base64url'), bytes]).toString('base64url') });
  };
  const keep = async (module: CachedModule, program: Uint8Array): Promise<ModuleInfo> => {
    await cache.keep(module, program);
    await offer(module, program);
    return infoOf(module);
  };
  /** The program of a file, and its format. A plain one that goes to the network is given what the loader there asks for. */
  const programIn = async (file: string, files: ProgramFiles, signal?: AbortSignal): Promise<{ readonly program: Uint8Array } & Shape> => {
    const program = await compilers.program(file, files, target, signal);
    if (/\.js$/i.test(file)) return { program, format: JS_FORMAT, memory: null };
    const shape = shapeOfProgram(program, file);
    if (target === 'here' || shape.format !== PLAIN_FORMAT) return { program, ...shape };
    return { program: await compilers.forLoader(program, file), memory: shape.memory, format: LOADER_FORMAT };
  };
  const fromFile = async (
    file: string,
    files: ProgramFiles,
    signal?: AbortSignal,
  ): Promise<{ module: CachedModule; program: Uint8Array }> => {
    const { program, format, memory } = await programIn(file, files, signal);
    const sha256 = contentHash(program);
    const known = knownByContent(sha256);
    const base = { sha256, bytes: program.length, memory, from: { kind: 'file', file } } as const;
    if (known !== null)
      return {
        module: { ...base, id: toModuleId(known.id), name: known.name, format: known.format ?? format, isKnownByContent: true, head: null },
        program,
      };
    const name = programName(file);
    const item = await signing.signModule(moduleTags(format, [{ name: 'Name', value: name }]), program);
    const head = Buffer.from(item.bytes.subarray(0, item.bytes.length - program.length)).toString('base64url');
    return { module: { ...base, id: toModuleId(item.id), name, format, isKnownByContent: false, head }, program };
  };
  /** A module that is named is told by its name where the gateway lacks it. What else fails there, the spawn tells. */
  const mustStandThere = async (module: ModuleId, name: string): Promise<void> => {
    const error = await ask('gateway.item', { id: toItemId(module) }).then(
      () => null,
      (problem: unknown) => problem,
    );
    if (error instanceof AoError && error.code === 'ITEM_NOT_FOUND') throw new AoError('MODULE_ABSENT', { name, module });
  };
  const byName = async (name: string): Promise<ModuleId> => {
    const wanted = name.toLowerCase();
    const found = [...(await cache.all()), ...KNOWN_MODULES].find((one) => one.name.toLowerCase() === wanted);
    if (found === undefined) throw new AoError('MODULE_NAME_UNKNOWN', { name });
    return toModuleId(found.id);
  };

  return {
    async list() {
      return [await appModule(ask, await builtIn.ensure()), ...(await cache.all()).map(infoOf)];
    },
    async add(file, bytes) {
      const alone: ProgramFiles = {
        async bytes(path) {
          if (path === file) return bytes;
          throw new AoError('FILE_MISSING', { path });
        },
      };
      const { module, program } = await fromFile(file, alone);
      return keep(module, program);
    },
    async fetch(id, gateway, signal) {
      const address = gateway.replace(/\/+$/, '');
      const received = (receivedBytes: number, totalBytes: number | null): void => progress({ module: id, receivedBytes, totalBytes });
      const { head, program, tags } = await fetchModule(id, { gateway: address, signal, progress: received });
      const sha256 = contentHash(program);
      const known = knownByContent(sha256);
      const format = tagValue(tags, 'Module-Format') ?? '';
      const module: CachedModule = {
        id,
        name: known?.name ?? tagValue(tags, 'Name') ?? id.slice(0, 8),
        format,
        bytes: program.length,
        sha256,
        memory: isWasm(program) ? shapeOfProgram(program, id).memory : null,
        from: { kind: 'gateway', gateway: address },
        isKnownByContent: head === null,
        head: head === null ? null : Buffer.from(head).toString('base64url'),
      };
      return keep(module, program);
    },
    remove: cache.remove,
    check: compilers.check,
    build: (file, files, signal) => programForNetwork(compilers, file, files, signal),
    async resolve(ref, files, signal) {
      if (ref === null || ref === 'lua') return builtIn.ensure();
      if (isProgramFile(ref)) {
        const { module, program } = await fromFile(ref, files, signal);
        await offer(module, program);
        return module.id;
      }
      const id = isId(ref) ? toModuleId(ref) : await byName(ref);
      const cached = (await cache.all()).find((one) => one.id === id);
      if (cached !== undefined) await offer(cached);
      else if (!isId(ref)) await mustStandThere(id, ref);
      return id;
    },
    async offerAll() {
      // One that cannot be put there keeps no other from it.
      const offered = await Promise.allSettled((await cache.all()).map((module) => offer(module)));
      for (const one of offered) if (one.status === 'rejected') throw one.reason;
    },
  };
}

/** What is told of a module: its memory is null where only its machine knows. */
type Shape = Pick<CachedModule, 'format' | 'memory'>;

function infoOf({ head: _head, ...info }: CachedModule): ModuleInfo {
  return info;
}

async function appModule(ask: Client['ask'], id: ModuleId): Promise<ModuleInfo> {
  const item: Item = await ask('gateway.item', { id: toItemId(id) });
  return {
    id,
    name: 'Lua of aoscope',
    format: tagValue(item.tags, 'Module-Format') ?? '',
    bytes: item.dataBytes,
    sha256: contentHash(Buffer.from(item.data ?? '')),
    memory: null,
    from: { kind: 'app' },
    isKnownByContent: false,
  };
}
