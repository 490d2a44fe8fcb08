import { Check } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import { IDEAS } from './ideas.ts';
import './guide.css';

const KEY = 'guide';

/** A walk through the ideas of ao: each step does the real thing on the node, and says what came of it. Where one was is remembered. */
export function GuidePanel(): React.ReactNode {
  const app = useApp();
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    let isGone = false;
    const begin = (value: unknown): void => {
      if (!isGone) setAt(typeof value === 'number' && IDEAS[value] !== undefined ? value : 0);
    };
    app.link.ask('shell.recall', { key: KEY }).then(
      ({ value }) => begin(value),
      () => begin(0),
    );
    return () => {
      isGone = true;
    };
  }, [app]);
  if (at === null) return <div className="panel" aria-busy="true" />;
  const go = (next: number): void => {
    setAt(next);
    app.link.ask('shell.remember', { key: KEY, value: next }).catch(app.ui.getState().fail);
  };
  return (
    <div className="panel guide">
      <ol className="guide-steps" aria-label="Ideas of ao">
        {IDEAS.map(({ title }, index) => (
          <li key={title}>
            <button type="button" aria-current={index === at ? 'step' : undefined} onClick={() => go(index)}>
              <span aria-hidden>{index + 1}</span> <span className="guide-name">{title}</span>
            </button>
          </li>
        ))}
      </ol>
      <Step key={at} at={at} onGo={go} />
    </div>
  );
}

function Step({ at, onGo }: { readonly at: number; readonly onGo: (next: number) => void }): React.ReactNode {
  const app = useApp();
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // Who goes on hears the new step, and is in it with the keyboard.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const idea = IDEAS[at];
  if (idea === undefined) return null;
  const run = (): void => {
    setBusy(true);
    setFailure(null);
    setSaid(null);
    idea
      .run(app)
      .then((words) => {
        setSaid(words);
        app.ui.getState().dock?.show('guide');
      }, setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <section className="pane-body guide-step" aria-labelledby="guide-title">
      <h2 id="guide-title" ref={heading} tabIndex={-1}>
        {at + 1} of {IDEAS.length}: {idea.title}
      </h2>
      <p>{idea.text}</p>
      <Button look="primary" disabled={isBusy} aria-busy={isBusy} onClick={run}>
        {isBusy ? 'A moment…' : idea.does}
      </Button>
      <div role="status" className="guide-said">
        {said !== null && (
          <p>
            <Check size={14} aria-hidden /> {said}
          </p>
        )}
      </div>
      {failure !== null && <ErrorText error={failure} />}
      <div className="guide-foot">
        <Button look="quiet" isSmall disabled={at === 0} onClick={() => onGo(at - 1)}>
          Back
        </Button>
        {at + 1 < IDEAS.length ? (
          <Button isSmall onClick={() => onGo(at + 1)}>
            Next
          </Button>
        ) : (
          <Button isSmall onClick={() => app.ui.getState().dock?.show('welcome')}>
            To the other samples
          </Button>
        )}
      </div>
    </section>
  );
}
