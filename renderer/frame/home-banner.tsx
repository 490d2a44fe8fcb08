import { useStore } from 'zustand';
import type { HomeState } from '../../node/contract/home.ts';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';

/** How much of a process that is brought home is here, what goes on, and what can be done about it. Nothing for every other project. */
export function HomeBanner(): React.ReactNode {
  const app = useApp();
  const home = useStore(app.home, (state) => state.home);
  if (home === null) return null;
  const run = (command: string): void => void app.commands.run(command);
  const isMoving = home.does !== 'whole' && home.does !== 'stopped';
  return (
    <div className="banner recording-banner" role="group" aria-label="Brought home" data-home={home.does}>
      <span>
        <b>{herePart(home)}</b> {/* Each slot changes the count: only what goes on is said. */}
        <span role="status">
          {doesWords(home)}{' '}
          {home.trouble !== null && (
            <>
              {home.trouble.message} {home.trouble.cure} <code>{home.trouble.code}</code>
            </>
          )}
        </span>
      </span>
      {home.does === 'fetching' && home.here < home.of && <progress aria-label="Slots that are here" value={home.here} max={home.of} />}
      {home.does === 'stopped' && home.here < home.of && (
        <Button isSmall onClick={() => run('home.goOn')}>
          Go on
        </Button>
      )}
      {!home.isFollowed || !isMoving ? (
        <Button isSmall onClick={() => run('home.follow')}>
          Follow its head
        </Button>
      ) : null}
      {isMoving && (
        <Button isSmall onClick={() => run('home.stop')}>
          {home.does === 'following' ? 'Stop following' : 'Stop'}
        </Button>
      )}
    </div>
  );
}

/** `Slots 0–999 of 10,000 are here.` */
function herePart({ here, of }: HomeState): string {
  const count = (slots: number): string => slots.toLocaleString('en-US');
  if (here === 0) return `None of its ${count(of)} slots is here.`;
  if (here < of) return `Slots 0–${count(here - 1)} of ${count(of)} are here.`;
  return here === 1 ? 'Its one slot is here.' : `All ${count(here)} slots are here.`;
}

function doesWords({ does, here, of, network, file }: HomeState): string {
  if (does === 'fetching') return here < of ? `The others are fetched from ${network}, each checked.` : 'Its recording is written…';
  if (does === 'waiting') return `${network} does not answer, and is asked again by itself.`;
  if (does === 'following') return `New ones of ${network} come in by themselves, each checked.`;
  if (does === 'stopped') return here < of ? 'The others are not fetched.' : '';
  return `Signatures and hash chain are checked.${file === null ? '' : ` The recording is kept in ${file}.`}`;
}
