import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { ProcessId } from '../../node/contract/ids.ts';
import { REDACTED_TEXT_MIN, type Redaction, type RedactionWish } from '../../node/contract/redaction.ts';
import { nameOf } from '../model/lookup.ts';
import { checkedWords, redactionWords, runnableWords } from '../model/redaction-words.ts';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';
import { ErrorText } from '../widgets/error-text.tsx';

/** What must not leave, as it is typed. */
interface Hidden {
  readonly texts: string;
  readonly tags: string;
  readonly actions: string;
  /** All that was said to and by the processes that are not chosen. */
  readonly isWithLeft: boolean;
}

export const NOTHING_HIDDEN: Hidden = { texts: '', tags: '', actions: '', isWithLeft: false };

/** What was typed, one thing each. */
export function wishOf({ texts, tags, actions, isWithLeft }: Hidden, left: ReadonlySet<ProcessId>): RedactionWish {
  return {
    processes: isWithLeft ? [...left] : [],
    texts: partsOf(texts, /\n/),
    tags: partsOf(tags, /,/),
    actions: partsOf(actions, /,/),
  };
}

function partsOf(text: string, separator: RegExp): string[] {
  return [...new Set(text.split(separator).map((one) => one.trim()))].filter((one) => one !== '');
}

export function isNothingHidden({ processes, texts, tags, actions }: RedactionWish): boolean {
  return processes.length + texts.length + tags.length + actions.length === 0;
}

/** Does it hold a text that stands everywhere? */
export function isTooShort({ texts }: RedactionWish): boolean {
  return texts.some((text) => text.length < REDACTED_TEXT_MIN);
}

interface RedactFieldsProps {
  readonly hides: Hidden;
  /** Processes that are not chosen, and those that are. */
  readonly left: ReadonlySet<ProcessId>;
  readonly processes: readonly ProcessId[];
  /** What `hides` comes to. */
  readonly redact: RedactionWish;
  onHides(hides: Hidden): void;
}

/** What must not leave, and what would go for it. */
export function RedactFields({ hides, left, processes, redact, onHides }: RedactFieldsProps): React.ReactNode {
  const isNothing = isNothingHidden(redact);
  const field = (name: 'tags' | 'actions', title: string, example: string): React.ReactNode => (
    <label className="export-field">
      <span>{title}</span>
      <input
        className="field"
        value={hides[name]}
        spellCheck={false}
        placeholder={example}
        onChange={(event) => onHides({ ...hides, [name]: event.target.value })}
      />
    </label>
  );
  return (
    <details className="export-redact">
      <summary>What must not leave{isNothing ? ' (nothing chosen)' : ''}</summary>
      <label className="export-field">
        <span>Texts, one a line</span>
        <textarea
          className="field"
          rows={2}
          value={hides.texts}
          spellCheck={false}
          placeholder="alice@example.com"
          onChange={(event) => onHides({ ...hides, texts: event.target.value })}
        />
      </label>
      {isTooShort(redact) && <p className="export-wrong">A text of fewer than {REDACTED_TEXT_MIN} letters stands everywhere.</p>}
      {field('tags', 'Values of tags', 'Email, Phone')}
      {field('actions', 'Messages of actions', 'Login, Set-Profile')}
      <label>
        <input
          type="checkbox"
          checked={hides.isWithLeft}
          disabled={left.size === 0}
          onChange={() => onHides({ ...hides, isWithLeft: !hides.isWithLeft })}
        />{' '}
        All that was said to processes that are not chosen above, and by them
      </label>
      <p className="faint">
        Copies that were passed on word for word go too. Ids, senders, slots and times stay. What a program made of it in other words is not
        found: look at the result before you give it away.
      </p>
      {!isNothing && !isTooShort(redact) && processes.length > 0 && (
        <Preview key={JSON.stringify([redact, processes])} processes={processes} redact={redact} />
      )}
    </details>
  );
}

/** What would go, before anything is written. */
function Preview({ processes, redact }: { readonly processes: readonly ProcessId[]; readonly redact: RedactionWish }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const [found, setFound] = useState<Redaction | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [running, setRunning] = useState<AbortController | null>(null);
  useEffect(() => () => running?.abort(), [running]);
  const look = (): void => {
    const stop = new AbortController();
    setRunning(stop);
    setFailure(null);
    app.link
      .ask('recording.plan', { processes, redact }, stop.signal)
      .then(({ redaction }) => setFound(redaction))
      .catch((error: unknown) => !stop.signal.aborted && setFailure(error))
      .finally(() => setRunning(null));
  };
  return (
    <div className="export-preview" role="status">
      {running === null ? (
        <Button isSmall onClick={look}>
          See what goes
        </Button>
      ) : (
        <>
          <span>Looking through every message…</span>
          <Button isSmall onClick={() => running.abort()}>
            Stop
          </Button>
        </>
      )}
      {failure !== null && <ErrorText error={failure} />}
      {found !== null && (
        <ul>
          <li>{redactionWords(found)}</li>
          {found.processes.map((one) => (
            <li key={one.process}>{runnableWords(one, (id) => nameOf(world, id))}</li>
          ))}
          <li className="faint">{checkedWords(found)}</li>
        </ul>
      )}
    </div>
  );
}
