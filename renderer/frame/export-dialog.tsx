import { useEffect, useMemo, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useStore } from 'zustand';
import type { Commands } from '../../node/contract/commands.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import type { RecordingSize } from '../../node/contract/kept.ts';
import { REDACTED_TEXT_MIN, type Redaction, type RedactionWish } from '../../node/contract/redaction.ts';
import { nameOf } from '../model/lookup.ts';
import { checkedWords, redactionWords, runnableWords } from '../model/redaction-words.ts';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';
import { ErrorText } from '../widgets/error-text.tsx';
import { ExportEnded, ExportRunning, sizeText } from './export-progress.tsx';
import './export-dialog.css';

/** What is to go into a recording, what must not, and where it is put. Nothing while it is not asked for. */
export function ExportDialog(): React.ReactNode {
  const app = useApp();
  const isOpen = useStore(app.exporting, (state) => state.isOpen);
  if (!isOpen) return null;
  const { close } = app.exporting.getState();
  return (
    <ModalOverlay className="dialog-backdrop" isOpen isDismissable onOpenChange={(open) => !open && close()}>
      <Modal className="dialog export-dialog">
        <Dialog aria-labelledby="export-title">
          <Heading slot="title" id="export-title">
            Export a recording
          </Heading>
          <Content />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Content(): React.ReactNode {
  const app = useApp();
  const running = useStore(app.exporting, (state) => state.running);
  const end = useStore(app.exporting, (state) => state.end);
  if (end !== null) return <ExportEnded end={end} />;
  // What was chosen stays while it is written, for whoever cancels and tries again.
  return (
    <>
      {running !== null && <ExportRunning running={running} />}
      <div hidden={running !== null}>
        <Choices />
      </div>
    </>
  );
}

/** One thing a line, without empty ones. */
function linesOf(text: string, separator: RegExp): string[] {
  return [...new Set(text.split(separator).map((one) => one.trim()))].filter((one) => one !== '');
}

function Choices(): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const focus = useStore(app.focus, (state) => state.focus);
  const notes = useStore(app.notes, (state) => state.notes);
  const project = useStore(app.workspace, (state) => state.project?.name ?? 'recording');
  const error = useStore(app.exporting, (state) => state.error);
  const [left, setLeft] = useState<ReadonlySet<ProcessId>>(new Set());
  const [withKeyframes, setWithKeyframes] = useState(false);
  const [withNotes, setWithNotes] = useState(true);
  const [withFocus, setWithFocus] = useState(true);
  const [note, setNote] = useState('');
  const [hides, setHides] = useState({ texts: '', tags: '', actions: '', isWithLeft: false });
  const processes = useMemo(() => world.processes.map(({ id }) => id), [world.processes]);
  const chosen = processes.filter((id) => !left.has(id));
  const redact: RedactionWish = {
    processes: hides.isWithLeft ? [...left] : [],
    texts: linesOf(hides.texts, /\n/),
    tags: linesOf(hides.tags, /,/),
    actions: linesOf(hides.actions, /,/),
  };
  const isTooShort = redact.texts.some((text) => text.length < REDACTED_TEXT_MIN);
  const isRedacted = redact.processes.length + redact.texts.length + redact.tags.length + redact.actions.length > 0;
  const place =
    withFocus && focus.process !== null && focus.slot !== null && !left.has(focus.process)
      ? { process: focus.process, slot: focus.slot }
      : null;
  const start = (): void =>
    void app.exporting.getState().start(
      {
        processes: chosen,
        note: note.trim(),
        withKeyframes,
        focus: place,
        marks: withNotes ? notes : [],
        ...(isRedacted ? { redact } : {}),
      },
      `${project.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-')}.aoscope`,
    );
  const toggle = (id: ProcessId): void => {
    const next = new Set(left);
    if (!next.delete(id)) next.add(id);
    setLeft(next);
  };
  return (
    <form
      className="export"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <fieldset>
        <legend>
          Processes{' '}
          <span className="faint">
            {chosen.length} of {processes.length}
          </span>
        </legend>
        <div className="export-processes">
          {world.processes.map((row) => (
            <label key={row.id}>
              <input type="checkbox" checked={!left.has(row.id)} onChange={() => toggle(row.id)} />
              <i style={{ background: `var(--lane-${row.lane})` }} aria-hidden /> {nameOf(world, row.id)}
              <span className="faint">{(row.slotLatest + 1).toLocaleString('en-US')} slots</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>What came of them</legend>
        <label>
          <input type="radio" name="export-kind" checked={!withKeyframes} onChange={() => setWithKeyframes(false)} /> Small: what was
          signed. It is run again where it is opened.
        </label>
        <label>
          <input type="radio" name="export-kind" checked={withKeyframes} onChange={() => setWithKeyframes(true)} /> Ready: with outcomes and
          memories. Nothing has to be run again.
        </label>
        <Size processes={chosen} withKeyframes={withKeyframes} />
      </fieldset>
      <label className="export-field">
        <span>What it is about</span>
        <input
          className="field"
          value={note}
          maxLength={2_000}
          onChange={(event) => setNote(event.target.value)}
          placeholder="The third ball is lost"
        />
      </label>
      <div className="export-with">
        {notes.length > 0 && (
          <label>
            <input type="checkbox" checked={withNotes} onChange={() => setWithNotes(!withNotes)} /> With {notes.length}{' '}
            {notes.length === 1 ? 'note' : 'notes'}
          </label>
        )}
        {focus.process !== null && focus.slot !== null && (
          <label>
            <input type="checkbox" checked={withFocus} onChange={() => setWithFocus(!withFocus)} /> Opens at slot {focus.slot} of{' '}
            {nameOf(world, focus.process)}
          </label>
        )}
      </div>
      <details className="export-redact">
        <summary>What must not leave{isRedacted ? '' : ' (nothing chosen)'}</summary>
        <label className="export-field">
          <span>Texts, one a line</span>
          <textarea
            className="field"
            rows={2}
            value={hides.texts}
            spellCheck={false}
            placeholder="alice@example.com"
            onChange={(event) => setHides({ ...hides, texts: event.target.value })}
          />
        </label>
        {isTooShort && <p className="export-wrong">A text of fewer than {REDACTED_TEXT_MIN} letters stands everywhere.</p>}
        <label className="export-field">
          <span>Values of tags</span>
          <input
            className="field"
            value={hides.tags}
            spellCheck={false}
            placeholder="Email, Phone"
            onChange={(event) => setHides({ ...hides, tags: event.target.value })}
          />
        </label>
        <label className="export-field">
          <span>Messages of actions</span>
          <input
            className="field"
            value={hides.actions}
            spellCheck={false}
            placeholder="Login, Set-Profile"
            onChange={(event) => setHides({ ...hides, actions: event.target.value })}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={hides.isWithLeft}
            disabled={left.size === 0}
            onChange={() => setHides({ ...hides, isWithLeft: !hides.isWithLeft })}
          />{' '}
          All that was said to processes that are not chosen above, and by them
        </label>
        <p className="faint">
          Copies that were passed on word for word go too. Ids, senders, slots and times stay. What a program made of it in other words is
          not found: look at the result before you give it away.
        </p>
        {isRedacted && !isTooShort && chosen.length > 0 && (
          <Preview key={JSON.stringify([redact, chosen])} processes={chosen} redact={redact} />
        )}
      </details>
      <p className="export-inside">
        <b>Inside:</b> signed messages, modules, outcomes, what was read of the weave, your notes. <b>Never inside:</b> wallets, keys, files
        of the project.
      </p>
      {error !== null && <ErrorText error={error} />}
      <div className="answers">
        <Button onClick={() => app.exporting.getState().close()}>Cancel</Button>
        <Button look="primary" type="submit" disabled={chosen.length === 0 || isTooShort}>
          Export…
        </Button>
      </div>
    </form>
  );
}

function Size({
  processes,
  withKeyframes,
}: {
  readonly processes: readonly ProcessId[];
  readonly withKeyframes: boolean;
}): React.ReactNode {
  const app = useApp();
  const [size, setSize] = useState<RecordingSize | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const wish = JSON.stringify({ processes, withKeyframes });
  useEffect(() => {
    const stop = new AbortController();
    const asked = JSON.parse(wish) as Commands['recording.size']['args'];
    if (asked.processes.length > 0)
      app.link.ask('recording.size', asked, stop.signal).then(
        (answer) => {
          setSize(answer);
          setFailure(null);
        },
        (error: unknown) => !stop.signal.aborted && setFailure(error),
      );
    return () => stop.abort();
  }, [app, wish]);
  if (processes.length === 0) return <p className="export-wrong">Choose at least one process.</p>;
  if (failure !== null) return <ErrorText error={failure} />;
  return (
    <p className="export-size" role="status">
      {size === null
        ? 'Estimating its size…'
        : `About ${sizeText(size.bytes)} for ${size.slots.toLocaleString('en-US')} ${size.slots === 1 ? 'slot' : 'slots'}`}
    </p>
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
