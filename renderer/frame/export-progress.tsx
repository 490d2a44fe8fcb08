import { useStore } from 'zustand';
import { redactionWords } from '../model/redaction-words.ts';
import { useApp } from '../stores/app-context.ts';
import type { ExportEnd, RunningExport } from '../stores/export-store.ts';
import { Button } from '../widgets/button.tsx';

/** Bytes as a person reads them. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000)).toLocaleString('en-US')} kB`;
  return `${(bytes / 1_000_000).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`;
}

/** How far it is, how long it takes, and the way to stop it. */
export function ExportRunning({ running }: { readonly running: RunningExport }): React.ReactNode {
  const app = useApp();
  const { progress, taken } = running;
  const [done, of] = taken !== null ? [taken.bytes, taken.of] : [progress?.done ?? 0, progress?.of ?? 0];
  const leftS =
    progress !== null && progress.done > 0 ? (progress.elapsedMs / progress.done) * (progress.of - progress.done) * 0.001 : null;
  const words =
    taken !== null
      ? `Handing it over: ${sizeText(done)} of ${sizeText(of)}`
      : progress === null
        ? 'Looking through the history…'
        : `Writing: ${Math.floor((100 * done) / Math.max(1, of))} %${leftS !== null && leftS >= 1 ? `, about ${Math.ceil(leftS)} s left` : ''}`;
  return (
    <div className="export-running">
      <p role="status">{words}</p>
      <progress max={Math.max(1, of)} {...(of === 0 ? {} : { value: done })} aria-label="Export" />
      <div className="answers">
        <Button onClick={() => app.exporting.getState().close()}>Go on in the background</Button>
        <Button autoFocus onClick={() => app.exporting.getState().cancel()}>
          Cancel the export
        </Button>
      </div>
    </div>
  );
}

/** Where it was put, and what is in it. */
export function ExportEnded({ end }: { readonly end: ExportEnd }): React.ReactNode {
  const app = useApp();
  const slots = end.processes.reduce((sum, one) => sum + one.slots, 0);
  return (
    <div className="export-ended">
      <p role="status">
        The recording is written: <b>{sizeText(end.bytes)}</b>, {end.processes.length}{' '}
        {end.processes.length === 1 ? 'process' : 'processes'}, {slots.toLocaleString('en-US')} {slots === 1 ? 'slot' : 'slots'}.
      </p>
      <p className="export-place">{end.place}</p>
      {end.redaction !== null && <p>{redactionWords(end.redaction)} The file says so to whoever opens it.</p>}
      <div className="answers">
        <Button look="primary" autoFocus onClick={() => app.exporting.getState().close()}>
          Done
        </Button>
      </div>
    </div>
  );
}

/** While the dialog is closed: that a recording is written, in the bar on top. */
export function ExportBanner(): React.ReactNode {
  const app = useApp();
  const isOpen = useStore(app.exporting, (state) => state.isOpen);
  const running = useStore(app.exporting, (state) => state.running);
  const end = useStore(app.exporting, (state) => state.end);
  const error = useStore(app.exporting, (state) => state.error);
  const show = (): void => app.exporting.setState({ isOpen: true });
  if (isOpen || (running === null && end === null && error === null)) return null;
  const done = running?.progress ?? null;
  return (
    <div className="banner" role="status">
      <span>
        {running !== null
          ? `A recording is being written${done === null ? '…' : `: ${Math.floor((100 * done.done) / Math.max(1, done.of))} %`}`
          : end !== null
            ? 'The recording is written.'
            : 'The recording was not written.'}
      </span>
      <Button isSmall onClick={show}>
        Show
      </Button>
      {running === null && (
        <Button isSmall onClick={() => app.exporting.setState({ end: null, error: null })}>
          Close
        </Button>
      )}
    </div>
  );
}
