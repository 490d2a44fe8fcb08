import { Play, RotateCcw, Square } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { testCounts, testRows } from '../../model/tests.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { CoverageList } from './coverage-list.tsx';
import { TestDetail } from './test-detail.tsx';
import { TestTree } from './test-tree.tsx';
import './tests.css';

const NOTHING_FOLDED: ReadonlySet<string> = new Set();

/** The project's tests as a tree, what became of each, and beside it the failure of the one that is looked at. */
export function TestsPanel(): React.ReactNode {
  const app = useApp();
  const state = useStore(app.tests);
  const project = useStore(app.workspace, (workspace) => workspace.project?.path ?? null);
  const { isKnown, isFinding, files, coverage } = state;
  useEffect(() => {
    if (project !== null && !app.tests.getState().isKnown) app.tests.getState().find().catch(app.ui.getState().fail);
  }, [app, project]);
  const all = useMemo(() => testRows(state, NOTHING_FOLDED), [state]);
  const selected = all.find(({ key }) => key === state.selected) ?? null;
  return (
    <div className="panel tests">
      <TestsBar />
      {files.length === 0 ? (
        isKnown && !isFinding ? (
          <NoTests />
        ) : (
          <div className="tests-looking" role="status">
            Looking for tests…
          </div>
        )
      ) : (
        <div className={(selected?.failure ?? null) === null && coverage === null ? 'tests-body' : 'tests-body has-detail'}>
          <TestTree known={state} selected={state.selected} />
          {selected !== null && selected.failure !== null ? (
            <TestDetail row={selected} failure={selected.failure} />
          ) : (
            coverage !== null && <CoverageList coverage={coverage} />
          )}
        </div>
      )}
    </div>
  );
}

function TestsBar(): React.ReactNode {
  const app = useApp();
  const state = useStore(app.tests);
  const isReadOnly = useStore(app.workspace, (workspace) => workspace.project?.isReadOnly ?? true);
  const { passed, failed, skipped, all } = testCounts(state);
  const run = (command: string): void => void app.commands.run(command);
  const { withKeys } = useKeyWords();
  return (
    <div className="pane-bar tests-bar">
      {state.isRunning ? (
        <Button isSmall label="Stop the tests" onClick={() => run('tests.stop')}>
          <Square size={12} aria-hidden /> Stop
        </Button>
      ) : (
        <Button
          isSmall
          label={withKeys('Run all tests', 'tests.runAll')}
          disabled={isReadOnly || all === 0}
          onClick={() => run('tests.runAll')}
        >
          <Play size={12} aria-hidden /> Run all
        </Button>
      )}
      <Button
        isSmall
        label={withKeys('Run the failed tests again', 'tests.runFailed')}
        disabled={isReadOnly || failed === 0 || state.isRunning}
        onClick={() => run('tests.runFailed')}
      >
        <RotateCcw size={12} aria-hidden /> Failed
      </Button>
      <label className="tests-switch">
        <input type="checkbox" checked={state.isOnSave} onChange={(event) => state.setOnSave(event.target.checked)} /> Run on save
      </label>
      <label className="tests-switch" title="Count at every run which lines and handlers ran">
        <input type="checkbox" checked={state.isCovered} onChange={(event) => state.setCovered(event.target.checked)} /> Coverage
      </label>
      <span className="tests-counts" role="status">
        {state.isRunning
          ? `Running… ${passed + failed + skipped} of ${all}`
          : all === 0
            ? ''
            : `${passed} passed${failed > 0 ? `, ${failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''} of ${all}${
                state.last === null ? '' : ` in ${(state.last.durationMs / 1000).toFixed(1)} s`
              }`}
      </span>
    </div>
  );
}

function NoTests(): React.ReactNode {
  const app = useApp();
  return (
    <Empty>
      <p>
        Tests of this project will stand here: every file that ends in <code>.test.lua</code>. Choose a message in Flow and save its journey
        as one.
      </p>
      <Button onClick={() => void app.commands.run('tests.save')} disabled={!app.commands.isEnabled('tests.save')}>
        Save the journey in focus as a test (T)
      </Button>
    </Empty>
  );
}
