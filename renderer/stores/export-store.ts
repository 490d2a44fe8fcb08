import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Commands } from '../../node/contract/commands.ts';
import type { Progress } from '../../node/contract/timeline.ts';
import type { Link } from '../link/link.ts';
import { takeAway } from '../link/parcels.ts';
import { download } from './download.ts';

type Wish = Omit<Commands['recording.export']['args'], 'file' | 'isReplacing'>;
type Reply = Commands['recording.export']['reply'];

/** An export that is under way. */
export interface RunningExport {
  /** Null until the first slot is written. */
  readonly progress: Progress | null;
  /** Bytes that have come to the browser, of all; null before. */
  readonly taken: { readonly bytes: number; readonly of: number } | null;
}

/** What came of an export. */
export type ExportEnd = Reply & {
  /** Where it was put, in words. */
  readonly place: string;
};

export interface ExportState {
  /** Is the dialog before the person? */
  readonly isOpen: boolean;
  readonly running: RunningExport | null;
  readonly end: ExportEnd | null;
  readonly error: unknown;
  open(): void;
  close(): void;
  /** Asks where to and writes it; in a browser it is downloaded under `name`. */
  start(wish: Wish, name: string): Promise<void>;
  cancel(): void;
}
export type ExportStore = StoreApi<ExportState>;

/** Writing a history into a file that is given to somebody. */
export function createExportStore(link: Link): ExportStore {
  let stop: AbortController | null = null;
  const store: ExportStore = createStore<ExportState>()((set, get) => ({
    isOpen: false,
    running: null,
    end: null,
    error: null,
    open: () => set(get().running === null ? { isOpen: true, end: null, error: null } : { isOpen: true }),
    // What has ended was read then; what still runs goes on.
    close: () => set({ isOpen: false, end: null, error: null }),
    async start(wish, name) {
      const own = new AbortController();
      stop = own;
      set({ end: null, error: null });
      try {
        const { path, isSupported } = await link.ask('shell.chooseRecording', { to: 'save', name });
        if (isSupported && path === null) return;
        set({ running: { progress: null, taken: null } });
        const made = await link.ask('recording.export', { ...wish, file: path, isReplacing: path !== null }, own.signal);
        if (path === null) download(await taken(made, own.signal), name);
        set({ end: { ...made, place: path ?? `Your browser's downloads, as ${name}` } });
      } catch (error) {
        set({ error: own.signal.aborted ? null : error });
      } finally {
        set({ running: null });
      }
    },
    cancel: () => stop?.abort(),
  }));
  const taken = (made: Reply, signal: AbortSignal): Promise<Blob> =>
    takeAway(link, made.file, (bytes) => store.setState({ running: { progress: null, taken: { bytes, of: made.bytes } } }), signal);
  link.on('recording.progress', ({ progress }) => {
    if (store.getState().running !== null) store.setState({ running: { progress, taken: null } });
  });
  return store;
}
