import { AoError, ERRORS, reasonOf, type ErrorCode } from '../../node/contract/errors.ts';
import type { Link } from '../link/link.ts';
import type { UiStore } from '../stores/ui-store.ts';

/** A page that throws in a circle must not write for ever. */
const REPORTS_MAX = 10;
const TEXT_MAX = 10_000;
const SEEN = 'reports.seen';
/** A node that is away or of another version is told where its state stands. */
const TOLD_ELSEWHERE: ReadonlySet<ErrorCode> = new Set(['PORT_CLOSED', 'UNIT_DOWN', 'CONTRACT_MISMATCH']);
/** What ended and is begun again from what is on the disk. */
const ENDED = /^(A process|The page of a window) ended/;

/**
 * Is it a fault of the app? What a person did wrong, has called off, or a link that is lost tells itself; a browser says that it measures boxes
 * again in the next frame, which harms nothing.
 */
export function isFault(error: unknown): boolean {
  if (error instanceof AoError) return ERRORS[error.code].fault === 'system' && !TOLD_ELSEWHERE.has(error.code);
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'Canceled')) return false;
  return !reasonOf(error).startsWith('ResizeObserver loop');
}

/** Writes faults of the page down on this computer. @returns what takes one that React has caught. */
export function reportFaults(page: Window, link: Link): (what: string, error: unknown) => void {
  let written = 0;
  const write = (what: string, error: unknown): void => {
    if (!isFault(error) || ++written > REPORTS_MAX) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : reasonOf(error);
    // Without a link there is nobody to write it down.
    link.ask('reports.write', { what, text: text.slice(0, TEXT_MAX) }).catch(() => undefined);
  };
  page.addEventListener('error', ({ error, message }) => write('A fault in the window', error ?? message));
  page.addEventListener('unhandledrejection', ({ reason }) => write('A fault in the window', reason));
  return write;
}

/** Says once that something has gone wrong since the person was told the last time, such as a crash of the app. */
export async function tellOfReports(link: Link, ui: UiStore): Promise<void> {
  const [{ reports }, { value }] = await Promise.all([link.ask('reports.list', {}), link.ask('shell.recall', { key: SEEN })]);
  const [newest] = reports;
  if (newest === undefined || newest.at === value) return;
  await link.ask('shell.remember', { key: SEEN, value: newest.at });
  ui.getState().notify({
    tone: 'warn',
    sentence: `${newest.what}, at ${new Date(newest.at).toLocaleString()}.`,
    cure: `What is known of it was written down, on this computer alone.${ENDED.test(newest.what) ? ' Nothing that was acknowledged is lost.' : ''}`,
    lifeMs: null,
    actions: [{ title: 'Show', run: () => ui.getState().dock?.enter('settings') }],
  });
}
