import type { IDockviewHeaderActionsProps, IDockviewPanelHeaderProps } from 'dockview-react';
import { Play, Rocket, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { isEvaluable, isRunnable } from '../../node/contract/modules.ts';
import { closeFile } from '../commands/file.ts';
import { isApple, showKeys } from '../commands/keys.ts';
import { nameOf } from '../model/lookup.ts';
import { useApp } from '../stores/app-context.ts';
import { errorsAmong, isDirty } from '../stores/editor-store.ts';
import { Button } from '../widgets/button.tsx';
import { pathOfPanel } from './layout.ts';

/** A tab: its title, a dot while there are unsaved changes, and a way to close it. */
export function FileTab({ api }: IDockviewPanelHeaderProps): React.ReactNode {
  const app = useApp();
  const path = pathOfPanel(api.id);
  const dirty = useStore(app.editor, (state) => {
    const file = path === null ? undefined : state.files.get(path);
    return file !== undefined && isDirty(file);
  });
  const problems = useStore(app.editor, (state) => (path === null ? 0 : errorsAmong(state.marks.get(path)).length));
  const close = (): void => {
    if (path === null) api.close();
    else void closeFile(app, path).catch(app.ui.getState().fail);
  };
  return (
    <div
      className={`tab${problems > 0 ? ' has-error' : ''}`}
      title={path ?? api.title}
      onAuxClick={(event) => {
        if (event.button === 1) close();
      }}
    >
      <span className="tab-title">{api.title}</span>
      {dirty && <span className="tab-dirty" role="img" aria-label="not saved" />}
      {/* For the pointer: a tab holds no second control. By keyboard it is the command Close tab. */}
      <span className="tab-close" aria-hidden title="Close" onPointerDown={(event) => event.stopPropagation()} onClick={close}>
        <X size={12} />
      </span>
    </div>
  );
}

/** What stands at the right end of the editor group's title: evaluate and spawn, for the file in front. */
export function EditorActions({ activePanel }: IDockviewHeaderActionsProps): React.ReactNode {
  const path = activePanel === undefined ? null : pathOfPanel(activePanel.id);
  return path === null || !isRunnable(path) ? null : <FileActions path={path} />;
}

function FileActions({ path }: { readonly path: string }): React.ReactNode {
  const app = useApp();
  const process = useStore(app.focus, (state) => state.focus.process);
  const name = useStore(app.world, (state) => (process === null ? null : nameOf(state.world, process)));
  const [isMac] = useState(isApple);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => app.editor.getState().setActive(path), [app, path]);
  const run = (command: string, argument?: string): void => {
    setBusy(true);
    void app.commands.run(command, argument).finally(() => setBusy(false));
  };
  return (
    <div className="editor-actions">
      {isEvaluable(path) && (
        <Button
          look="quiet"
          isSmall
          disabled={isBusy}
          label={`Save and evaluate into ${name ?? 'the focused process'} (${showKeys('$mod+Enter', isMac)})`}
          onClick={() => run('process.evaluate')}
        >
          <Play size={13} />{' '}
          {name === null ? (
            'Evaluate'
          ) : (
            <>
              Eval in <b>{name}</b>
            </>
          )}
        </Button>
      )}
      <Button
        look="quiet"
        isSmall
        disabled={isBusy}
        label={`Spawn a process from this file (${showKeys('$mod+Shift+Enter', isMac)})`}
        onClick={() => run('process.spawn', path)}
      >
        <Rocket size={13} /> Spawn
      </Button>
    </div>
  );
}
