import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { Commands } from '../../node/contract/commands.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import type { RecordingSize } from '../../node/contract/kept.ts';
import { nameOf } from '../model/lookup.ts';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';
import { ErrorText } from '../widgets/error-text.tsx';
import { FormDialog } from '../widgets/form-dialog.tsx';
import { ExportEnded, ExportRunning, sizeText } from './export-progress.tsx';
import { isNothingHidden, isTooShort, NOTHING_HIDDEN, RedactFields, wishOf } from './export-redact.tsx';
import './export-dialog.css';

/** What is to go into a recording, what must not, and where it is put. Nothing while it is not asked for. */
export function ExportDialog(): React.ReactNode {
  const app = useApp();
  const isOpen = useStore(app.exporting, (state) => state.isOpen);
  if (!isOpen) return null;
  return (
    <FormDialog className="export-dialog" title="Export a recording" onClose={app.exporting.getState().close}>
      <Content />
    </FormDialog>
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

function Choices(): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const focus = useStore(app.focus, (state) => state.focus);
  const notes = useStore(app.notes, (state) => state.notes);
  const project = useStore(app.workspace, (state) => state.project?.name ?? 'recording');
  const error = useStore(app.exporting, (state) => state.error);
  const [left, setLeft] = useState<ReadonlySet<ProcessId>>(new Set());
  const [extra, setExtra] = useState<Extra>({ withKeyframes: false, withNotes: true, withFocus: true, note: '' });
  const [hides, setHides] = useState(NOTHING_HIDDEN);
  const chosen = useMemo(() => world.processes.map(({ id }) => id).filter((id) => !left.has(id)), [world.processes, left]);
  const redact = wishOf(hides, left);
  const { process, slot } = focus;
  const isAtFocus = extra.withFocus && process !== null && slot !== null && !left.has(process);
  const start = (): void =>
    void app.exporting.getState().start(
      {
        processes: chosen,
        note: extra.note.trim(),
        withKeyframes: extra.withKeyframes,
        focus: isAtFocus ? { process, slot } : null,
        marks: extra.withNotes ? notes : [],
        ...(isNothingHidden(redact) ? {} : { redact }),
      },
      `${project.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-')}.aoscope`,
    );
  return (
    <form
      className="export"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <ProcessChoice left={left} onLeft={setLeft} />
      <KindChoice processes={chosen} extra={extra} onExtra={setExtra} />
      <Words extra={extra} onExtra={setExtra} />
      <RedactFields hides={hides} left={left} processes={chosen} redact={redact} onHides={setHides} />
      <p className="export-inside">
        <b>Inside:</b> signed messages, who sent them and when, modules, outcomes, what was read of the weave, your notes.{' '}
        <b>Never inside:</b> wallets, keys, files of the project.
      </p>
      {error !== null && <ErrorText error={error} />}
      <div className="answers">
        <Button onClick={() => app.exporting.getState().close()}>Cancel</Button>
        <Button look="primary" type="submit" disabled={chosen.length === 0 || isTooShort(redact)}>
          Export…
        </Button>
      </div>
    </form>
  );
}

/** What is chosen besides the processes. */
interface Extra {
  readonly withKeyframes: boolean;
  readonly withNotes: boolean;
  readonly withFocus: boolean;
  /** What it is about. */
  readonly note: string;
}

interface ExtraProps {
  readonly extra: Extra;
  onExtra(extra: Extra): void;
}

interface ProcessChoiceProps {
  /** Those that stay away. */
  readonly left: ReadonlySet<ProcessId>;
  onLeft(left: ReadonlySet<ProcessId>): void;
}

function ProcessChoice({ left, onLeft }: ProcessChoiceProps): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const toggle = (id: ProcessId): void => {
    const next = new Set(left);
    if (!next.delete(id)) next.add(id);
    onLeft(next);
  };
  const { length } = world.processes;
  return (
    <fieldset>
      <legend>
        Processes{' '}
        <span className="faint">
          {length - left.size} of {length}
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
  );
}

function KindChoice({ processes, extra, onExtra }: ExtraProps & { readonly processes: readonly ProcessId[] }): React.ReactNode {
  const kind = (withKeyframes: boolean, words: string): React.ReactNode => (
    <label>
      <input
        type="radio"
        name="export-kind"
        checked={extra.withKeyframes === withKeyframes}
        onChange={() => onExtra({ ...extra, withKeyframes })}
      />{' '}
      {words}
    </label>
  );
  return (
    <fieldset>
      <legend>What came of them</legend>
      {kind(false, 'Small: what was signed. It is run again where it is opened.')}
      {kind(true, 'Ready: with outcomes and memories. Nothing has to be run again.')}
      <Size processes={processes} withKeyframes={extra.withKeyframes} />
    </fieldset>
  );
}

/** What a person says of it: in a sentence, in notes, and by where they stand. */
function Words({ extra, onExtra }: ExtraProps): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const focus = useStore(app.focus, (state) => state.focus);
  const notes = useStore(app.notes, (state) => state.notes.length);
  return (
    <>
      <label className="export-field">
        <span>What it is about</span>
        <input
          className="field"
          value={extra.note}
          maxLength={2_000}
          placeholder="The third ball is lost"
          onChange={(event) => onExtra({ ...extra, note: event.target.value })}
        />
      </label>
      <div className="export-with">
        {notes > 0 && (
          <label>
            <input type="checkbox" checked={extra.withNotes} onChange={() => onExtra({ ...extra, withNotes: !extra.withNotes })} /> With{' '}
            {notes} {notes === 1 ? 'note' : 'notes'}
          </label>
        )}
        {focus.process !== null && focus.slot !== null && (
          <label>
            <input type="checkbox" checked={extra.withFocus} onChange={() => onExtra({ ...extra, withFocus: !extra.withFocus })} /> Opens at
            slot {focus.slot} of {nameOf(world, focus.process)}
          </label>
        )}
      </div>
    </>
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
