import { Square } from 'lucide-react';
import { useStore } from 'zustand';
import { useApp } from '../../stores/app-context.ts';
import type { DeployBusy } from '../../stores/deploy-run.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';

/** What came of a step stands below it, where a low pane does not reach. */
export function bringIntoView(element: Element | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

/** While a step is under way: what it is, and the way to end it. */
export function Stop({ words }: { readonly words: string }): React.ReactNode {
  const app = useApp();
  return (
    <>
      <span role="status" className="dim">
        {words}
      </span>
      <Button isSmall onClick={() => void app.commands.run('deploy.stop')}>
        <Square size={12} aria-hidden /> Stop
      </Button>
    </>
  );
}

/** Why a step came to nothing, where it did: `stopped` where the person ended it. */
export function StepEnd({ step, stopped }: { readonly step: DeployBusy; readonly stopped: string }): React.ReactNode {
  const app = useApp();
  const ended = useStore(app.deploy, (state) => state.ended);
  if (ended?.step !== step) return null;
  return <div ref={bringIntoView}>{ended.error === null ? <p role="status">{stopped}</p> : <ErrorText error={ended.error} />}</div>;
}
