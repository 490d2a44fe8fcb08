import { mkdtemp, mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ProjectInfo } from '../../contract/desktop.ts';
import type { Client } from '../../contract/rpc.ts';
import { DATA_FOLDER } from '../inside.ts';
import type { Projects } from '../projects.ts';
import type { UserFolders } from '../user-dir.ts';
import { toSlot } from '../../contract/ids.ts';
import { fillRecording, prepareRecording } from './fill.ts';
import type { RecordingHeader } from './header.ts';
import { pruneRecordings } from './prune.ts';

/**
 * Opens a recording as a read-only project of its own below `folder`. Where it is no good, the project that was open
 * is opened again, and nothing of it stays.
 * @throws AoError as fillRecording, PROJECT_*.
 */
export async function openRecording(file: string, folder: string, projects: Projects, ask: Client['ask']): Promise<ProjectInfo> {
  await mkdir(folder, { recursive: true });
  const root = await mkdtemp(join(folder, `${basename(file).replace(/\.[^.]*$/, '')}-`));
  const former = projects.info().path;
  try {
    await prepareRecording(file, join(root, 'project'));
    const info = await projects.open(join(root, 'project'));
    const { processes } = await fillRecording(ask, file);
    // A folder that cannot be tidied is no reason not to look at the recording.
    await pruneRecordings(folder, [root, file, former]).catch(() => undefined);
    // What came of every slot shows by itself; whoever looks at one before does not wait for the rest.
    void evaluated(ask, processes, () => projects.info().path === info.path);
    return info;
  } catch (error) {
    if (projects.info().path !== former) await projects.open(former);
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

/** What recordings are called. */
const RECORDING = /\.aoscope$/i;

/** Is it the path of a recording? A folder may be called so too. */
export async function isRecordingFile(path: string): Promise<boolean> {
  if (!RECORDING.test(path)) return false;
  return stat(path).then(
    (found) => found.isFile(),
    () => basename(path) !== DATA_FOLDER,
  );
}

/** Opens a folder as the project, or a recording in its place. @throws AoError as openRecording, PROJECT_*. */
export async function openAny(path: string, folders: UserFolders, projects: Projects, ask: Client['ask']): Promise<ProjectInfo> {
  return (await isRecordingFile(path)) ? openRecording(path, folders.recordings, projects, ask) : projects.open(path);
}

/** Has every slot evaluated, process by process. What stops it is told by facts, and again to whoever asks. */
async function evaluated(ask: Client['ask'], processes: RecordingHeader['processes'], isOpen: () => boolean): Promise<void> {
  for (const { process, slots } of processes) {
    if (!isOpen()) return;
    await ask('cu.result', { process, slot: toSlot(slots - 1) }).catch(() => undefined);
  }
}
