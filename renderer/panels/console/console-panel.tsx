import { useCallback, useRef } from 'react';
import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { isRunnable } from '../../../node/contract/modules.ts';
import { nameOf } from '../../model/lookup.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { ConsoleInput } from './console-input.tsx';
import { ConsoleLines } from './console-lines.tsx';
import './console.css';
import { promptOf } from './lines.ts';
import { NoEval, useKnowsEval } from './no-eval.tsx';

/** The console of the focused process: what it printed and returned, and a line to talk to it. */
export function ConsolePanel(): React.ReactNode {
  const app = useApp();
  const process = useStore(app.focus, (state) => state.focus.process);
  const hasFile = useStore(app.editor, (state) => state.active !== null && isRunnable(state.active));
  if (process === null) {
    return (
      <Empty>
        <span>The console of the process in focus: what it prints, and a line to evaluate code in it.</span>
        {hasFile ? (
          <Button onClick={() => void app.commands.run('process.spawn')}>Spawn from this file</Button>
        ) : (
          <Button onClick={() => void app.commands.run('project.openSample')}>Open a sample</Button>
        )}
      </Empty>
    );
  }
  return <ProcessConsole key={process} process={process} />;
}

function ProcessConsole({ process }: { readonly process: ProcessId }): React.ReactNode {
  const app = useApp();
  const name = useStore(app.world, ({ world }) => nameOf(world, process));
  const module = useStore(app.world, ({ world }) => world.processById.get(process)?.program?.module ?? null);
  const prompt = useStore(app.world, ({ world }) => promptOf(world, process));
  const knowsEval = useKnowsEval(module);
  const isAtEnd = useRef(true);
  const toEnd = useCallback(() => {
    isAtEnd.current = true;
  }, []);
  return (
    <div className="panel console">
      <ConsoleLines process={process} knowsEval={knowsEval} isAtEnd={isAtEnd} />
      {knowsEval ? <ConsoleInput process={process} prompt={prompt ?? `${name}>`} onSent={toEnd} /> : <NoEval name={name} />}
    </div>
  );
}
