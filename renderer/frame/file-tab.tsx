import type { IDockviewHeaderActionsProps, IDockviewPanelHeaderProps } from 'dockview-react';
import { CircleQuestionMark, FlaskConical, Hammer, Maximize2, Minimize2, Play, Rocket, X } from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { isBuiltForNetwork, isEvaluable, isRunnable } from '../../node/contract/modules.ts';
import { closeFile } from '../commands/file.ts';
import { evalTargets } from '../commands/file-owner.ts';
import { isTestFile } from '../commands/tests.ts';
import { helpPageOf } from '../model/help-pages.ts';
import { nameOf } from '../model/lookup.ts';
import { useKeyWords } from '../commands/use-key-words.ts';
import { useApp } from '../stores/app-context.ts';
import { errorsAmong, isDirty } from '../stores/editor-store.ts';
import { Button } from '../widgets/button.tsx';
import { pathOfPanel, zoomPanel } from './layout.ts';

/** A tab: its title, a dot while there are unsaved changes, and a way to close it. */
export function FileTab({ api, containerApi }: IDockviewPanelHeaderProps): React.ReactNode {
  const app = useApp();
  const path = pathOfPanel(api.id);
  const dirty = useStore(app.editor, (state) => {
    const file = path === null ? undefined : state.files.get(path);
    return file !== undefined && isDirty(file);
  });
  const tab = useTabInSight(api);
  const problems = useStore(app.editor, (state) => (path === null ? 0 : errorsAmong(state.marks.get(path)).length));
  const close = (): void => {
    if (path === null) api.close();
    else void closeFile(app, path).catch(app.ui.getState().fail);
  };
  return (
    <div
      ref={tab}
      className={`tab${problems > 0 ? ' has-error' : ''}`}
      title={path ?? api.title}
      onDoubleClick={() => zoomPanel(containerApi)}
      onAuxClick={(event) => {
        if (event.button === 1) close();
      }}
    >
      <span className="tab-title">{api.title}</span>
      {dirty && <span className="tab-dirty" role="img" aria-label="not saved" />}
      {/* For the pointer: a tab holds no second control. By keyboard it is the command Close tab. */}
      <span
        className="tab-close"
        aria-hidden
        title="Close"
        onPointerDown={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
        onClick={close}
      >
        <X size={12} />
      </span>
    </div>
  );
}

/** Where there are more tabs than fit, the one in front is in sight, however wide its group and the tabs beside it become. */
function useTabInSight(api: IDockviewPanelHeaderProps['api']): React.RefObject<HTMLDivElement | null> {
  const tab = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const own = tab.current?.closest('.dv-tab');
    const all = own?.parentElement;
    if (own === null || own === undefined || all === null || all === undefined) return;
    const show = (): void => {
      if (api.isVisible) own.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    };
    const sizes = new ResizeObserver(show);
    sizes.observe(own);
    sizes.observe(all);
    const shown = api.onDidVisibilityChange(show);
    return () => {
      sizes.disconnect();
      shown.dispose();
    };
  }, [api]);
  return tab;
}

/** What stands at the right end of a group's tabs: evaluate and spawn for the file in front, and more room for any panel. */
export function GroupActions({ activePanel, api, containerApi }: IDockviewHeaderActionsProps): React.ReactNode {
  const app = useApp();
  const path = activePanel === undefined ? null : pathOfPanel(activePanel.id);
  const isZoomed = useIsZoomed(api, containerApi);
  const { withKeys } = useKeyWords();
  const zoom = (): void => {
    activePanel?.api.setActive();
    zoomPanel(containerApi);
  };
  return (
    <div className="editor-actions">
      {path !== null && isRunnable(path) && <FileActions path={path} />}
      {activePanel !== undefined && activePanel.id !== 'help' && (
        <Button
          look="quiet"
          isSmall
          isIcon
          label={`Help: ${activePanel.title ?? 'this pane'}`}
          onClick={() => void app.commands.run('help.open', helpPageOf(activePanel.id, path))}
        >
          <CircleQuestionMark size={12} />
        </Button>
      )}
      <Button
        look="quiet"
        isSmall
        isIcon
        aria-pressed={isZoomed}
        label={withKeys('Give this pane the whole window', 'view.zoom')}
        onClick={zoom}
      >
        {isZoomed ? <Minimize2 size={12} /> : <Maximize2 size={12} />}
      </Button>
    </div>
  );
}

/** True while this group has the room of all. */
function useIsZoomed(api: IDockviewHeaderActionsProps['api'], containerApi: IDockviewHeaderActionsProps['containerApi']): boolean {
  return useSyncExternalStore(
    (tell) => {
      const watching = containerApi.onDidMaximizedGroupChange(tell);
      return () => watching.dispose();
    },
    () => api.isMaximized(),
  );
}

/** Where the file is evaluated; null where that has to be asked. */
function useTargetName(path: string): string | null {
  const app = useApp();
  // What it depends on is watched; each time it is worked out anew.
  useStore(app.focus, (state) => state.focus.process);
  useStore(app.plan, (state) => state.processes);
  return useStore(app.world, (state) => {
    const [only, ...others] = evalTargets(app, path);
    return only === undefined || others.length > 0 ? null : nameOf(state.world, only);
  });
}

function FileActions({ path }: { readonly path: string }): React.ReactNode {
  const app = useApp();
  const name = useTargetName(path);
  const isReadOnly = useStore(app.workspace, (state) => state.project?.isReadOnly === true);
  const { withKeys } = useKeyWords();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => app.editor.getState().setActive(path), [app, path]);
  const run = (command: string, argument?: string): void => {
    setBusy(true);
    void app.commands.run(command, argument).finally(() => setBusy(false));
  };
  if (isTestFile(path))
    return (
      <Button
        look="quiet"
        isSmall
        disabled={isBusy}
        label={withKeys('Save and run the tests of this file', 'process.evaluate')}
        onClick={() => run('tests.runFile', path)}
      >
        <FlaskConical size={13} /> Run tests
      </Button>
    );
  return (
    <>
      {isEvaluable(path) && (
        <Button
          look="quiet"
          isSmall
          disabled={isBusy}
          label={withKeys(`Save and evaluate into ${name ?? 'one of its processes'}`, 'process.evaluate')}
          onClick={() => run('process.evaluate')}
        >
          <Play size={13} />{' '}
          {name === null ? (
            'Eval…'
          ) : (
            <>
              Eval in <b>{name}</b>
            </>
          )}
        </Button>
      )}
      {isBuiltForNetwork(path) && !isReadOnly && (
        <Button
          look="quiet"
          isSmall
          disabled={isBusy}
          label={withKeys('Save and build a module for the network’s loader', 'modules.build')}
          onClick={() => run('modules.build', path)}
        >
          <Hammer size={13} /> Build
        </Button>
      )}
      <Button
        look="quiet"
        isSmall
        disabled={isBusy}
        label={withKeys('Spawn a process from this file', 'process.spawn')}
        onClick={() => run('process.spawn', path)}
      >
        <Rocket size={13} /> Spawn
      </Button>
    </>
  );
}
