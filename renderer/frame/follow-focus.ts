import type { DockviewApi } from 'dockview-react';
import { processesOf, sourceOf } from '../commands/file-owner.ts';
import type { App } from '../stores/app-context.ts';
import { isDirty } from '../stores/editor-store.ts';
import { addFileTab, closeFileTab, fileId, pathOfPanel } from './layout.ts';

/**
 * Keeps the editor with the focus: where it shows the file of one process and another comes into focus, that one's file comes to
 * the front. A tab that was opened only for this makes room for the next one, until the person writes in it or chooses it.
 * The keyboard stays where it is; what covers the editor, and a file that is of no process, stay too.
 */
export function followFocus(app: App, api: DockviewApi): () => void {
  let borrowed: string | null = null;
  let isMoving = false;
  /** What could not be followed as long as nobody had said what the processes are made of. */
  let waiting: { readonly process: string; readonly active: string } | null = null;

  const follow = (): void => {
    const { process } = app.focus.getState().focus;
    const { active } = app.editor.getState();
    const front = active === null ? undefined : api.getPanel(fileId(active));
    if (process === null || active === null || front?.api.isVisible !== true || api.hasMaximizedGroup()) return;
    const owners = processesOf(app, active);
    const path = sourceOf(app, process);
    waiting = path === null || owners.length === 0 ? { process, active } : null;
    if (waiting !== null || path === null || path === active || owners.includes(process)) return;
    const wasWriting = isWriting();
    isMoving = true;
    const known = api.getPanel(fileId(path));
    const panel = known ?? addFileTab(api, path, active);
    // Only within its group: the group that has the keyboard keeps it.
    panel.group.model.openPanel(panel, { skipSetGroupActive: true });
    isMoving = false;
    app.editor.getState().setActive(path);
    app.editor.getState().wantFocus(null);
    // Where the press that moved the focus has taken the keyboard elsewhere, it stays there.
    if (wasWriting) requestAnimationFrame(() => isWriting() && app.editor.getState().wantFocus(path));
    const before = borrowed;
    if (known === undefined) borrowed = path;
    const text = before === null ? undefined : app.editor.getState().files.get(before);
    if (before === null || before === path || known !== undefined || (text !== undefined && isDirty(text))) return;
    closeFileTab(api, before);
    app.editor.getState().close(before);
  };

  const stops = [
    app.focus.subscribe((state, last) => {
      if (state.focus.process !== last.focus.process && last.focus.process !== null) follow();
    }),
    app.plan.subscribe((state, last) => {
      const isSame = waiting?.process === app.focus.getState().focus.process && waiting?.active === app.editor.getState().active;
      if (state.processes !== last.processes && waiting !== null && isSame) follow();
    }),
    app.editor.subscribe((state, last) => {
      if (borrowed !== null && state.files.get(borrowed)?.text !== last.files.get(borrowed)?.text && last.files.has(borrowed))
        borrowed = null;
    }),
  ];
  const chosen = api.onDidActivePanelChange(({ panel }) => {
    if (!isMoving && panel !== undefined && pathOfPanel(panel.id) === borrowed) borrowed = null;
  });
  return () => {
    for (const stop of stops) stop();
    chosen.dispose();
  };
}

/** Is the keyboard in an editor, or in one that has just gone behind another? */
function isWriting(): boolean {
  const { activeElement } = document;
  return activeElement === document.body || activeElement?.closest('.code-editor') instanceof Element;
}
