import type { Draft, DraftChange } from '../../node/contract/drafts.ts';
import type { Link } from '../link/link.ts';
import { isDirty, type EditorStore } from './editor-store.ts';
import type { WorkspaceStore } from './workspace-store.ts';

const WAIT_MS = 500;

/**
 * Has unsaved text remembered half a second after the last key, and puts it back when the project opens again: closing
 * the window, or losing it, costs no work. Text whose file changed meanwhile comes back as a conflict.
 *
 * Windows on one project show one text: a file that another window has typed into follows it. What is typed in two at
 * once is that of the last key.
 */
export function keepDrafts(link: Link, workspace: WorkspaceStore, editor: EditorStore, onError: (error: unknown) => void): void {
  const window = Math.random().toString(36).slice(2);
  let project: string | null = null;
  /** Before the drafts have been put back nothing is written over them. */
  let isRestored = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What the node has, by path. */
  const known = new Map<string, Draft>();
  /** Files whose text was typed in this window. */
  const own = new Set<string>();

  const put = (path: string, draft: DraftChange['draft'], isClosed = false): void => {
    if (project === null) return;
    const before = known.get(path);
    if (draft === null) {
      known.delete(path);
      own.delete(path);
    } else {
      known.set(path, { path, ...draft });
      own.add(path);
    }
    const change: DraftChange = { project, path, draft, isClosed, window };
    link.ask('drafts.put', change).catch(() => {
      if (change.project !== project) return;
      // The link is lost: it is written again with the next change, or as soon as the link is there.
      if (before === undefined) known.delete(path);
      else known.set(path, before);
    });
  };
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!isRestored) return;
    for (const file of editor.getState().files.values()) {
      const { path, text, version } = file;
      const before = known.get(path);
      if (isDirty(file) && (before?.text !== text || before.version !== version)) put(path, { text, version });
      if (!isDirty(file) && before !== undefined) put(path, null);
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, WAIT_MS);
  };
  editor.subscribe(({ files }, before) => {
    if (files === before.files) return;
    soon();
    if (!isRestored) return;
    for (const { path, text, version } of [...known.values()]) {
      // A file that is opened here shows what is not saved in another window; one that is closed here is let go.
      if (files.has(path) && !before.files.has(path)) editor.getState().restore(path, text, version);
      if (!files.has(path) && before.files.has(path)) put(path, null, true);
    }
  });

  const follow = async ({ path, draft, isClosed }: DraftChange): Promise<void> => {
    const before = known.get(path);
    if (draft === null) known.delete(path);
    else known.set(path, { path, ...draft });
    const file = editor.getState().files.get(path);
    if (file === undefined) return;
    // What was typed here and is not told yet is the newer one.
    if ((isDirty(file) ? file.text : undefined) !== before?.text) return soon();
    if (draft === null) {
      if (isClosed && own.has(path)) return soon();
      if (isDirty(file)) await editor.getState().reload(path);
      return;
    }
    own.delete(path);
    // Typed behind a save that this window has not heard of yet.
    if (draft.version !== file.version) await editor.getState().reload(path);
    const isNewest = known.get(path)?.text === draft.text;
    if (isNewest && editor.getState().files.has(path)) editor.getState().restore(path, draft.text, draft.version);
  };
  link.on('drafts.changed', (change) => {
    // A file that is gone has its text in the trash.
    if (isRestored && change.project === project && change.window !== window) follow(change).catch(() => undefined);
  });
  link.onState((state) => {
    if (state === 'open') soon();
  });

  const restore = async (path: string): Promise<void> => {
    const { drafts } = await link.ask('drafts.list', { project: path });
    for (const draft of drafts) {
      if (project !== path) return;
      const file = await editor
        .getState()
        .open(draft.path)
        .catch(() => null); // A file that is gone has its text in the trash.
      if (project !== path) return;
      known.set(draft.path, draft);
      if (file !== null && !isDirty(file)) editor.getState().restore(draft.path, draft.text, draft.version);
    }
    if (project !== path) return;
    isRestored = true;
    // What was typed meanwhile.
    soon();
  };
  const followProject = (): void => {
    const next = workspace.getState().project?.path ?? null;
    if (next === project) return;
    // Whoever opens another project, in whichever window, does not take what was typed in this one.
    write();
    project = next;
    isRestored = false;
    known.clear();
    own.clear();
    if (next !== null) restore(next).catch(onError);
  };
  workspace.subscribe(followProject);
  followProject();
  globalThis.addEventListener?.('pagehide', write);
}
