import type { Manifest, ManifestProcess } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import { toSlot, type ModuleId, type ProcessId } from '../contract/ids.ts';
import type { Tag } from '../contract/item.ts';
import { isProgramFile } from '../contract/modules.ts';
import type { Client } from '../contract/rpc.ts';
import type { ProjectFiles } from './files.ts';
import type { Signing } from './signing.ts';

/** A process of the manifest that now runs. */
export interface RunningProcess {
  readonly name: string;
  readonly process: ProcessId;
}

export interface RunPorts {
  readonly ask: Client['ask'];
  readonly files: ProjectFiles;
  readonly signing: Signing;
  /** The module that `ref` of the manifest means; null for the Lua module. @throws AoError MODULE_*. */
  readonly module: (ref: string | null) => Promise<ModuleId>;
  /** Stops it between two steps. */
  readonly signal: AbortSignal;
}

/**
 * Spawns every process of the manifest, tells them of each other (the global `Peers`, name → process id), and once each
 * has answered for its boot sends the start messages, in the order of the manifest. A process whose boot failed gets no
 * start message: its error stands in its slot 0.
 * @throws AoError MANIFEST_EMPTY; FILE_* when a source cannot be read (nothing is spawned then); what the units say.
 */
export async function runManifest(manifest: Manifest, ports: RunPorts): Promise<RunningProcess[]> {
  if (manifest.processes.length === 0) throw new AoError('MANIFEST_EMPTY');
  const programs = await Promise.all(manifest.processes.map((one) => programOf(one, ports)));
  const { ask, signing, signal } = ports;
  const running: RunningProcess[] = [];
  for (const [index, { name, source, tags: more }] of manifest.processes.entries()) {
    const tags = [{ name: 'Source', value: source }, ...listed(more)];
    const program = programs[index];
    if (program !== undefined) running.push({ name, process: await signing.spawn({ name, tags, ...program }, signal) });
  }
  if (needsPeers(programs.map((program) => program.source))) {
    const lua = peersSource(running);
    for (const { process } of running) await signing.send(process, [{ name: 'Action', value: 'Eval' }], lua, signal);
  }
  const hasBooted = await Promise.all(running.map(({ process }) => isBooted(ask, process, signal)));
  for (const [index, { process }] of running.entries()) {
    const start = manifest.processes[index]?.start;
    if (start !== undefined && hasBooted[index] === true) await signing.send(process, startTags(start), start.data ?? '', signal);
  }
  return running;
}

/** What one process of the manifest runs. A program as its source is its module, and has no code to boot with. */
async function programOf(
  { source, module }: ManifestProcess,
  { files, module: resolve }: RunPorts,
): Promise<{ source: string; module: ModuleId }> {
  if (isProgramFile(source)) return { source: '', module: await resolve(module ?? source) };
  const { text } = await files.read(source);
  return { source: text, module: await resolve(module ?? null) };
}

/** One Lua line that sets `Peers`, for an Eval by the owner: works on every aos. */
export function peersSource(running: readonly RunningProcess[]): string {
  const entries = running.map(({ name, process }) => `[${luaString(name)}] = ${luaString(process)}`);
  return `Peers = { ${entries.join(', ')} }`;
}

function needsPeers(sources: readonly string[]): boolean {
  return sources.some((source) => /\bPeers\b/.test(source));
}

async function isBooted(ask: Client['ask'], process: ProcessId, signal: AbortSignal): Promise<boolean> {
  const { error } = await ask('cu.result', { process, slot: toSlot(0) }, signal);
  return error === null;
}

function startTags(start: NonNullable<ManifestProcess['start']>): Tag[] {
  return [{ name: 'Action', value: start.action }, ...listed(start.tags)];
}

function listed(tags: Readonly<Record<string, string>> = {}): Tag[] {
  return Object.entries(tags).map(([name, value]) => ({ name, value }));
}

function luaString(text: string): string {
  const escaped = text.replaceAll(/[\\"\u0000-\u001f]/g, (char) =>
    char === '\\' || char === '"' ? `\\${char}` : `\\${String(char.charCodeAt(0)).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}
