import { sep } from 'node:path';
import { stat } from 'node:fs/promises';
import { AoError } from '../../contract/errors.ts';
import type { HandlersOf } from '../../contract/handlers.ts';
import type { DesktopStatus } from '../../contract/desktop.ts';
import type { WorkspaceOptions } from '../ports.ts';
import type { Projects } from '../projects.ts';
import { recentProjects } from '../recent.ts';
import type { UserFolders } from '../user-dir.ts';
import { createParcels } from './parcels.ts';

type RecordingHandlers = Pick<HandlersOf<'shell'>, Extract<keyof HandlersOf<'shell'>, `recording.${string}`>>;

interface RecordingPorts {
  readonly options: WorkspaceOptions;
  readonly folders: UserFolders;
  readonly status: () => DesktopStatus;
  readonly projects: Projects;
}

/** Is this project one that a recording was unpacked into? */
export function isOfRecording(folders: UserFolders, path: string): boolean {
  return path.startsWith(folders.recordings + sep);
}

/** Histories as files: written, looked at before, opened, and handed over to a window that cannot reach the disk. */
export function recordingHandlers({ options, folders, status, projects }: RecordingPorts): RecordingHandlers {
  const { ask } = options;
  const parcels = createParcels(folders.recordings);
  return {
    async 'recording.export'(
      { file, focus = null, notes = [], marks = [], withKeyframes = false, redact, isReplacing = false, ...wish },
      signal,
    ) {
      if (projects.current().recording !== null) throw new AoError('RECORDING_READ_ONLY');
      const { exportRecording } = await import('./export.ts');
      const { version, luaModule } = status();
      const target = file ?? (await parcels.outgoing(`${projects.info().name}.aoscope`));
      const more = { file: target, focus, notes, marks, withKeyframes, isReplacing, app: version, lua: luaModule };
      try {
        const { processes, redaction } = await exportRecording(
          ask,
          { ...wish, ...more, ...(redact === undefined ? {} : { redact }) },
          { signal, tell: (progress) => options.tell('recording.progress', { file: target, progress }) },
        );
        return { file: target, bytes: (await stat(target)).size, processes, redaction };
      } catch (error) {
        await parcels.discard(target);
        throw error;
      }
    },
    async 'recording.size'({ processes, withKeyframes }, signal) {
      const { recordingSize } = await import('./size.ts');
      return recordingSize(ask, processes, withKeyframes, signal);
    },
    async 'recording.plan'({ processes, redact }, signal) {
      const [{ recordedOf }, { planRedaction }] = await Promise.all([import('./export.ts'), import('./redact/plan.ts')]);
      return { redaction: (await planRedaction(ask, await recordedOf(ask, processes, redact), redact, signal)).redaction };
    },
    'recording.read': ({ file, offset }) => parcels.read(file, offset),
    'recording.receive': ({ upload, name, data, isLast }) => parcels.receive(upload, name, Buffer.from(data, 'base64url'), isLast),
    async 'recording.recent'() {
      const recent = await recentProjects(folders.recentFile);
      return { recordings: recent.filter(({ path }) => isOfRecording(folders, path)) };
    },
    async 'recording.open'({ file }) {
      const { openRecording } = await import('./open.ts');
      return openRecording(file, folders.recordings, projects, ask);
    },
  };
}
