import type { Json } from '../../node/contract/outcome.ts';
import type { Link } from '../link/link.ts';
import { isDirty, type EditorStore } from './editor-store.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** Text that was typed and not saved, and the version of the file it was typed into. */
export interface Draft {
  readonly path: string;
  readonly text: string;
  readonly version: string;
}

const KEY = 'drafts';
const WAIT_MS = 500;

/** The drafts of `project` in what was remembered; none when it is of another project or of another shape. */
export function parseDrafts(raw: Json, project: string): readonly Draft[] {
  if (!isRecord(raw) || raw['project'] !== project || !Array.isArray(raw['drafts'])) return [];
  return (raw['drafts'] as readonly Json[]).filter(isDraft);
}

function isRecord(raw: Json): raw is { readonly [key: string]: Json } {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function isDraft(raw: Json): raw is Json & Draft {
  return isRecord(raw) && typeof raw['path'] === 'string' && typeof raw['text'] === 'string' && typeof raw['version'] === 'string';
}

/**
 * Has unsaved text remembered half a second after the last key, and puts it back when the project opens again: closing
 * the window, or losing it, costs no work. Text whose file changed meanwhile comes back as a conflict.
 */
export function keepDrafts(link: Link, workspace: WorkspaceStore, editor: EditorStore, onError: (error: unknown) => void): void {
  /** The project whose drafts have been put back; before that nothing is written over them. */
  let restored: string | null = null;
  let written = '[]';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const write = (): void => {
    if (restored === null) return;
    const drafts = [...editor.getState().files.values()].filter(isDirty).map(({ path, text, version }) => ({ path, text, version }));
    const now = JSON.stringify(drafts);
    if (now === written) return;
    written = now;
    link.ask('shell.remember', { key: KEY, value: { project: restored, drafts } }).catch(() => {
      written = ''; // The link is lost; the next change, or the same one again, is written then.
    });
  };
  editor.subscribe((state, before) => {
    if (state.files === before.files) return;
    clearTimeout(timer);
    timer = setTimeout(write, WAIT_MS);
  });

  const restore = async (project: string): Promise<void> => {
    const { value } = await link.ask('shell.recall', { key: KEY });
    for (const draft of parseDrafts(value, project)) {
      const file = await editor
        .getState()
        .open(draft.path)
        .catch(() => null); // A file that is gone has its text in the trash.
      if (file === null || isDirty(file)) continue;
      editor.getState().restore(draft.path, draft.text, draft.version);
    }
    if (workspace.getState().project?.path === project) restored = project;
  };
  const follow = (): void => {
    const project = workspace.getState().project?.path ?? null;
    if (project === restored) return;
    restored = null;
    written = '[]';
    if (project !== null) restore(project).catch(onError);
  };
  workspace.subscribe(follow);
  follow();
}
