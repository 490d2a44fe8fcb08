import { Play } from 'lucide-react';
import type { PlannedProcess } from '../../../node/contract/topology.ts';
import { useApp, type App } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import type { MenuEntry } from '../../widgets/menu.tsx';

/** Characters of a hash that tell one code from another. */
const HASH_SHOWN = 8;

const WORDS: Readonly<Record<PlannedProcess['state'], { readonly badge: string; readonly title: string }>> = {
  absent: { badge: 'not spawned', title: 'It is not spawned yet.' },
  current: { badge: '', title: 'It runs what its files say.' },
  changed: { badge: 'changed', title: 'Its code was changed since.' },
  outdated: { badge: 'outdated', title: 'Its module, tags, crons or boot were changed since: only a new process has those.' },
  broken: { badge: 'no boot', title: 'What it booted with ended in an error: only a new process helps.' },
};

function titleOf({ state, runs, files, problem }: PlannedProcess): string {
  const code = runs === null ? '' : `\nRuns code ${runs.slice(0, HASH_SHOWN)}`;
  return `${problem === null ? WORDS[state].title : problem.message}${code}\nMade from ${files.join(', ')}`;
}

/** How a process that runs stands to its files; nothing where it is what they say. */
export function PlannedBadge({ planned }: { readonly planned: PlannedProcess }): React.ReactNode {
  const { badge } = WORDS[planned.state];
  if (badge === '' && planned.problem === null) return null;
  return (
    <span className={planned.problem === null ? 'planned-badge warn' : 'planned-badge error'} title={titleOf(planned)}>
      {planned.problem === null ? badge : 'cannot run'}
    </span>
  );
}

/** What can be done with a process of the project that runs. */
export function planEntries(app: App, planned: PlannedProcess): MenuEntry[] {
  const { name, state, source } = planned;
  const run = (command: string): void => void app.commands.run(command, name);
  return [
    { id: 'source', title: `Open ${source}`, run: () => app.ui.getState().dock?.openFile(source) },
    { id: 'run', title: 'Run what was changed', isDisabled: state === 'current', run: () => run('process.run') },
    { id: 'respawn', title: 'Respawn: a new process in its place', run: () => run('process.respawn') },
  ];
}

/** Processes of aoscope.json that are not there, each with the way to spawn it. */
export function NotSpawned({ planned }: { readonly planned: readonly PlannedProcess[] }): React.ReactNode {
  const app = useApp();
  const absent = planned.filter(({ process }) => process === null);
  if (absent.length === 0) return null;
  return (
    <section className="not-spawned" aria-labelledby="not-spawned">
      <h3 id="not-spawned">Not spawned</h3>
      <ul>
        {absent.map((one) => (
          <li key={one.name}>
            <span className="process-text">
              <b>{one.name}</b>
              {one.problem === null ? (
                <span className="not-spawned-source" title={titleOf(one)}>
                  {one.source}
                </span>
              ) : (
                <button type="button" className="not-spawned-problem" title={titleOf(one)} onClick={() => goTo(app, one)}>
                  {one.problem.message}
                </button>
              )}
            </span>
            <Button look="quiet" isSmall isIcon label={`Spawn ${one.name}`} onClick={() => void app.commands.run('process.run', one.name)}>
              <Play size={12} />
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function goTo(app: App, { source, problem }: PlannedProcess): void {
  const path = problem?.file ?? source;
  app.ui.getState().dock?.openFile(path);
  if (problem?.place !== undefined) app.editor.getState().wantFocus(path, problem.place);
}
