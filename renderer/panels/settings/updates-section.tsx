import { useEffect, useState } from 'react';
import type { UpdateState } from '../../../node/contract/updates.ts';
import { LOOKS_BY_ITSELF, updateWords } from '../../commands/updates.ts';
import { mayLeave } from '../../commands/project.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';

/** Newer versions of the app: whether there is one, and each step to it, taken when it is asked for. */
export function UpdatesSection(): React.ReactNode {
  const app = useApp();
  const { link, ui } = app;
  const [state, setState] = useState<UpdateState | null>(null);
  const [isByItself, setByItself] = useState(false);
  const { fail } = ui.getState();
  useEffect(() => {
    let isGone = false;
    const take = (next: UpdateState): void => {
      if (!isGone) setState(next);
    };
    const stop = link.on('updates.changed', ({ state: next }) => take(next));
    link.ask('updates.state', {}).then(({ state: now }) => take(now), fail);
    link.ask('shell.recall', { key: LOOKS_BY_ITSELF }).then(({ value }) => isGone || setByItself(value === true), fail);
    return () => {
      isGone = true;
      stop();
    };
  }, [link, fail]);
  if (state === null) return null;
  const ask = (command: 'updates.check' | 'updates.download'): void => void link.ask(command, {}).catch(fail);
  const install = async (): Promise<void> => {
    if (await mayLeave(app, 'The app is about to be started anew.')) await link.ask('updates.install', {});
  };
  const { kind } = state;
  return (
    <section aria-labelledby="settings-updates">
      <h2 id="settings-updates">Updates</h2>
      <p role="status">{updateWords(state)}</p>
      {kind !== 'cannot' && (
        <div className="settings-choices">
          {kind === 'found' ? (
            <Button isSmall onClick={() => ask('updates.download')}>
              Fetch it
            </Button>
          ) : kind === 'ready' ? (
            <Button isSmall onClick={() => void install().catch(fail)}>
              Restart and install
            </Button>
          ) : (
            <Button isSmall disabled={kind === 'checking' || kind === 'downloading'} onClick={() => ask('updates.check')}>
              Look for a newer version
            </Button>
          )}
          <label>
            <input
              type="checkbox"
              checked={isByItself}
              onChange={(event) => {
                setByItself(event.target.checked);
                link.ask('shell.remember', { key: LOOKS_BY_ITSELF, value: event.target.checked }).catch(fail);
              }}
            />{' '}
            Look at each start
          </label>
        </div>
      )}
    </section>
  );
}
