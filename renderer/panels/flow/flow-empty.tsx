import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { isRunnable } from '../../../node/contract/modules.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';

/** What the Flow pane says before the first message, with the one action that fills it. */
export function FlowEmpty({ isLoading }: { readonly isLoading: boolean }): React.ReactNode {
  const app = useApp();
  const [isBusy, setBusy] = useState(false);
  const hasFile = useStore(app.editor, (state) => state.active !== null && isRunnable(state.active));
  if (isLoading) return <div className="flow-loading" role="progressbar" aria-label="Reading what happened" />;
  const open = (): void => {
    setBusy(true);
    void (hasFile ? app.commands.run('process.spawn') : app.commands.run('project.openSample', 'ping-pong')).finally(() => setBusy(false));
  };
  return (
    <Empty>
      <svg className="flow-empty-art" viewBox="0 0 220 76" aria-hidden>
        <path className="lane" d="M8 14H212M8 38H212M8 62H212" />
        <path className="a" d="M40 14V31" />
        <path className="b" d="M46 38H82Q90 38 90 46V55" />
        <path className="c" d="M96 62H132Q140 62 140 54V45" />
        <path className="b" d="M146 38H182Q190 38 190 46V55" />
        <circle className="b" cx="40" cy="38" r="5" />
        <circle className="c" cx="90" cy="62" r="5" />
        <circle className="b" cx="140" cy="38" r="5" />
        <circle className="c" cx="190" cy="62" r="5" />
      </svg>
      <p>Messages appear here as arrows between processes, as soon as one is sent.</p>
      <Button look="primary" disabled={isBusy} onClick={open}>
        {hasFile ? 'Spawn from this file' : 'Open the ping-pong sample'} <ArrowRight size={14} aria-hidden />
      </Button>
    </Empty>
  );
}
