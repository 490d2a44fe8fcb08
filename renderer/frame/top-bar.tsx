import { ChevronDown, Moon, Pause, Play, Search, Square, StepForward, Sun } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { ProjectInfo } from '../../node/contract/desktop.ts';
import { openProject } from '../commands/project.ts';
import { nodeState } from '../panels/status/node-state.ts';
import { useKeyWords } from '../commands/use-key-words.ts';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';
import { MenuButton, type MenuEntry } from '../widgets/menu.tsx';

const RECENT_MAX = 5;

/** Project, environment, search, run and stop. */
export function TopBar(): React.ReactNode {
  const app = useApp();
  const project = useStore(app.workspace, (state) => state.project);
  const status = useStore(app.workspace, (state) => state.status);
  const linkState = useStore(app.workspace, (state) => state.linkState);
  const busy = useStore(app.workspace, (state) => state.busy);
  const focused = useStore(app.focus, (state) => state.focus.process);
  const isRunning = useStore(app.world, (state) => {
    const row = focused === null ? undefined : state.world.processById.get(focused);
    return row !== undefined && row.slotLatest > row.evaluatedTo;
  });
  const { keysOf, withKeys } = useKeyWords();
  const node = nodeState(status, linkState);
  const run = (id: string): void => void app.commands.run(id);
  const canRun = (project?.manifest.processes.length ?? 0) > 0;
  return (
    <header className="top-bar">
      <div className="top-left">
        <h1 className="hidden-text">aoscope{project === null ? '' : `: ${project.name}`}</h1>
        <span className="brand" aria-hidden>
          ao
        </span>
        <ProjectMenu />
        <span className="environment" title={`The node inside this app: ${node.title}`}>
          Local <span className={`dot ${node.tone}`} role="img" aria-label={node.title} />
        </span>
      </div>
      <button type="button" className="search-box" onClick={() => run('view.search')}>
        <Search size={13} aria-hidden />
        <span>Search or command</span>
        {keysOf('view.search') !== '' && <kbd>{keysOf('view.search')}</kbd>}
      </button>
      <div className="top-right">
        <Button
          look="primary"
          disabled={!canRun || busy !== null}
          label={withKeys('Run the project: spawn its processes, and run what was changed', 'project.run')}
          onClick={() => run('project.run')}
        >
          <Play size={13} fill="currentColor" aria-hidden /> Run
        </Button>
        <Button
          look="quiet"
          isIcon
          disabled={!isRunning}
          label={withKeys('Stop the slot that is running', 'process.stop')}
          onClick={() => run('process.stop')}
        >
          <Square size={13} aria-hidden />
        </Button>
        <PauseButtons />
        <Button look="quiet" isIcon label="Switch light and dark" onClick={() => run('view.theme')}>
          <Sun size={14} className="only-dark" aria-hidden />
          <Moon size={14} className="only-light" aria-hidden />
        </Button>
      </div>
      {busy !== null && <div className="progress" role="progressbar" aria-label={busy} />}
    </header>
  );
}

/** The whole node, message by message: pause, step, go on. */
function PauseButtons(): React.ReactNode {
  const app = useApp();
  const isPaused = useStore(app.world, (state) => state.world.isPaused);
  const count = useStore(app.world, (state) => state.world.waiting.length);
  const isOff = useStore(app.workspace, (state) => state.project === null || state.project.isReadOnly);
  const { withKeys } = useKeyWords();
  const run = (id: string): void => void app.commands.run(id);
  if (!isPaused)
    return (
      <Button
        look="quiet"
        isIcon
        disabled={isOff}
        label={withKeys('Pause the node between messages', 'node.pause')}
        onClick={() => run('node.pause')}
      >
        <Pause size={13} aria-hidden />
      </Button>
    );
  return (
    <span className="paused" role="group" aria-label="The node is paused">
      <button type="button" className="paused-word" title="Show what waits to be delivered" onClick={() => run('view.show.deliveries')}>
        PAUSED <span>{count.toLocaleString('en-US')}</span>
      </button>
      <Button
        look="quiet"
        isSmall
        isIcon
        aria-disabled={count === 0}
        label={withKeys('Deliver the next message', 'node.deliver')}
        onClick={() => count > 0 && run('node.deliver')}
      >
        <StepForward size={13} aria-hidden />
      </Button>
      <Button look="quiet" isSmall isIcon label={withKeys('Let the node go on', 'node.pause')} onClick={() => run('node.pause')}>
        <Play size={13} aria-hidden />
      </Button>
    </span>
  );
}

function ProjectMenu(): React.ReactNode {
  const app = useApp();
  const project = useStore(app.workspace, (state) => state.project);
  const [recent, setRecent] = useState<readonly { readonly path: string; readonly name: string; readonly word: string }[]>([]);
  // What can be exported changes with it.
  useStore(app.world, (state) => state.world.processes.length);
  const { keysOf } = useKeyWords();
  const path = project?.path ?? null;
  useEffect(() => {
    let isGone = false;
    Promise.all([app.link.ask('project.recent', {}), app.link.ask('recording.recent', {})]).then(
      ([{ projects }, { recordings }]) =>
        !isGone &&
        setRecent([
          ...projects
            .filter((one) => one.path !== path)
            .slice(0, RECENT_MAX)
            .map((one) => ({ ...one, word: 'recent' })),
          ...recordings
            .filter((one) => one.path !== path)
            .slice(0, RECENT_MAX)
            .map((one) => ({ ...one, word: 'recording' })),
        ]),
      () => undefined, // The menu is shorter then; the lost link is told elsewhere.
    );
    return () => {
      isGone = true;
    };
  }, [app, path]);
  const entries: MenuEntry[] = [
    { id: 'new', title: 'New project…', keys: keysOf('project.new'), run: () => void app.commands.run('project.new') },
    { id: 'open', title: 'Open folder…', keys: keysOf('project.open'), run: () => void app.commands.run('project.open') },
    { id: 'sample', title: 'Open a sample…', run: () => void app.commands.run('project.openSample') },
    {
      id: 'recording',
      title: 'Open a recording…',
      keys: keysOf('recording.open'),
      run: () => void app.commands.run('recording.open'),
    },
    {
      id: 'export',
      title: 'Export a recording…',
      keys: keysOf('recording.export'),
      isDisabled: !app.commands.isEnabled('recording.export'),
      run: () => void app.commands.run('recording.export'),
    },
    ...recent.map((one) => ({
      id: one.path,
      title: one.name,
      keys: one.word,
      run: () => void openProject(app, one.path).catch(app.ui.getState().fail),
    })),
    { id: 'settings', title: 'Settings', run: () => void app.commands.run('view.show.settings') },
  ];
  return (
    <MenuButton label={`Project ${project?.name ?? 'none'}`} entries={entries} className="project-button">
      <span className="project-name">{project === null ? 'No project' : nameOf(project)}</span>
      <ChevronDown size={13} aria-hidden />
    </MenuButton>
  );
}

function nameOf({ name, isScratch, isReadOnly }: ProjectInfo): string {
  return isScratch ? 'Scratch' : isReadOnly ? `${name} · recording, read-only` : name;
}
