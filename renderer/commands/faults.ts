import { reasonOf } from '../../node/contract/errors.ts';
import type { Link } from '../link/link.ts';
import type { UiStore } from '../stores/ui-store.ts';

/** A page that throws in a circle must not write for ever. */
const REPORTS_MAX = 10;
const TEXT_MAX = 10_000;
const SEEN = 'reports.seen';

/** Writes faults of the page down on this computer. @returns what takes one that React has caught. */
export function reportFaults(page: Window, link: Link): (what: string, error: unknown) => void {
  let written = 0;
  const write = (what: string, error: unknown): void => {
    if (++written > REPORTS_MAX) return;
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
    cure: 'What is known of it was written down, on this computer alone. Nothing that was acknowledged is lost.',
    lifeMs: null,
    actions: [{ title: 'Show', run: () => ui.getState().dock?.enter('settings') }],
  });
}
