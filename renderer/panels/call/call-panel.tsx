import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import type { CallShape } from '../../model/call-shapes.ts';
import { nameOf } from '../../model/lookup.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { ActionList } from './action-list.tsx';
import { CallForm } from './call-form.tsx';
import { CallEndView } from './call-end.tsx';
import { PastCalls } from './past-calls.tsx';
import { useShapes } from './use-shapes.ts';
import './call.css';

/** Filling in a message for the process in focus, out of what its handlers wait for and of what came before. */
export function CallPanel(): React.ReactNode {
  const app = useApp();
  const process = useStore(app.focus, (state) => state.focus.process);
  if (process === null) {
    return (
      <Empty>
        <span>A form for messages to the process in focus, made of its handlers and of the messages that it got.</span>
        <Button onClick={() => app.ui.getState().dock?.enter('processes')}>Choose a process</Button>
      </Empty>
    );
  }
  return <ProcessCalls key={process} process={process} />;
}

function ProcessCalls({ process }: { readonly process: ProcessId }): React.ReactNode {
  const app = useApp();
  const name = useStore(app.world, (state) => nameOf(state.world, process));
  const shapes = useShapes(process);
  const draft = useStore(app.call, (state) => state.draftOf(process));
  const { action } = draft;
  const shape = shapes?.find((one) => one.action === action) ?? null;
  useEffect(() => {
    app.call.getState().readWallets().catch(app.ui.getState().fail);
  }, [app]);
  /** What a person has put in stays where the other action has a place for it. */
  const choose = (one: CallShape): void => {
    if (one.action === action) return;
    const usual = (from: CallShape | null, name: string): string => from?.tags.find((field) => field.name === name)?.values[0] ?? '';
    const typed = new Map(draft.tags.flatMap(({ name, value }) => (value === usual(shape, name) ? [] : [[name, value] as const])));
    const isDataTyped = draft.data !== '' && draft.data !== (shape?.data?.values[0] ?? '');
    app.call.getState().change(process, {
      action: one.action,
      tags: one.tags.map(({ name }) => ({ name, value: typed.get(name) ?? usual(one, name) })),
      data: isDataTyped ? draft.data : (one.data?.values[0] ?? ''),
    });
  };
  return (
    <div className="panel call" aria-busy={shapes === undefined}>
      <div className="call-side">
        <ActionList name={name} shapes={shapes} chosen={action} onChoose={choose} />
      </div>
      <div className="call-main">
        <CallForm process={process} name={name} shape={shape} />
        <CallEndView process={process} />
        <PastCalls process={process} />
      </div>
    </div>
  );
}
