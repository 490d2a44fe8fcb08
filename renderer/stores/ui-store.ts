import type { ShownPage } from '../model/help-pages.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ProcessId, Slot } from '../../node/contract/ids.ts';
import type { Link } from '../link/link.ts';
import type { Dock } from './dock.ts';
import { errorNotice, toNotice, type NewNotice, type Notice } from './notice.ts';

/** The themes a person can choose from; 'system' is whichever of the others the system asks for. */
export const THEME_CHOICES = ['system', 'light', 'dark', 'contrast-light', 'contrast-dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];
/** What the palette lists; null while it is closed. */
export type PaletteMode = 'all' | 'commands' | 'files';

export interface UiState {
  readonly theme: ThemeChoice;
  readonly notices: readonly Notice[];
  readonly palette: PaletteMode | null;
  /** What the person must decide before anything goes on; null when nothing is asked. */
  readonly question: Question | null;
  /** What the last replay of a process found, by process; 'running' while it runs. */
  readonly verified: ReadonlyMap<string, Verification>;
  /** Which card of the tour is shown, from 0; null for none. */
  readonly tour: number | null;
  /** The address that is named in the address book, '' where it is only looked at; null while it is closed. */
  readonly addressBook: string | null;
  setAddressBook(address: string | null): void;
  /** What is looked for in the docs of the runtime; '' for nothing. */
  readonly docsQuery: string;
  /** The page of help that is read; null for the list of all. */
  readonly helpPage: ShownPage | null;
  setHelpPage(page: ShownPage | null): void;
  /** Editors take Vim's keys. */
  readonly isVim: boolean;
  /** Null until the frame has been drawn. */
  readonly dock: Dock | null;
  setTheme(theme: ThemeChoice): void;
  /** Takes the theme that is remembered. */
  recallTheme(): Promise<void>;
  setVim(isVim: boolean): void;
  /** Shows a notice; returns its number for {@link dismiss}. */
  notify(notice: NewNotice): number;
  /** Shows what was thrown: code, sentence, cure. */
  fail(error: unknown): void;
  dismiss(id: number): void;
  setTour(at: number | null): void;
  setDocsQuery(query: string): void;
  /** Begins the tour, unless this installation has shown it before. */
  offerTour(): Promise<void>;
  openPalette(mode: PaletteMode): void;
  closePalette(): void;
  setDock(dock: Dock | null): void;
  /** Replays a process and keeps what it found. @throws AoError as cu.verify. */
  verify(process: ProcessId): Promise<void>;
  /** Asks; the answer is the chosen title, or null when it was closed. */
  askPerson(sentence: string, answers: readonly string[]): Promise<string | null>;
}

export type Verification = 'running' | { readonly slots: number; readonly firstDifference: Slot | null; readonly removedFrom?: Slot };

/** A question with its possible answers, the safe one first. */
export interface Question {
  readonly sentence: string;
  readonly answers: readonly string[];
  answer(title: string | null): void;
}
export type UiStore = StoreApi<UiState>;

const NOTICES_MAX = 5;

/** True when `raw` is a theme a person can choose. */
export function isThemeChoice(raw: unknown): raw is ThemeChoice {
  return THEME_CHOICES.some((choice) => choice === raw);
}

/** The window's own state. The theme and the editor's keys are remembered by the shell. */
export function createUiStore(link: Link, firstTheme: ThemeChoice): UiStore {
  let lastNotice = 0;
  const store: UiStore = createStore<UiState>()((set, get) => ({
    theme: firstTheme,
    notices: [],
    palette: null,
    question: null,
    verified: new Map(),
    tour: null,
    addressBook: null,
    setAddressBook: (addressBook) => set({ addressBook }),
    docsQuery: '',
    helpPage: null,
    setHelpPage: (helpPage) => set({ helpPage }),
    isVim: false,
    dock: null,
    setVim(isVim) {
      set({ isVim });
      link.ask('shell.remember', { key: 'vim', value: isVim }).catch((error: unknown) => get().fail(error));
    },
    setTheme(theme) {
      set({ theme });
      link.ask('shell.remember', { key: 'theme', value: theme }).catch((error: unknown) => get().fail(error));
    },
    async recallTheme() {
      const { value } = await link.ask('shell.recall', { key: 'theme' });
      if (isThemeChoice(value)) set({ theme: value });
    },
    notify(wanted) {
      const notice = toNotice(++lastNotice, wanted);
      // The same error again replaces the first: ten clicks must not make ten notices.
      const others = get().notices.filter((one) => one.code === null || one.sentence !== notice.sentence);
      set({ notices: [...others, notice].slice(-NOTICES_MAX) });
      return notice.id;
    },
    fail(error) {
      get().notify(errorNotice(error));
    },
    dismiss(id) {
      set({ notices: get().notices.filter((one) => one.id !== id) });
    },
    setTour: (tour) => set({ tour }),
    setDocsQuery: (docsQuery) => set({ docsQuery }),
    async offerTour() {
      const { value } = await link.ask('shell.recall', { key: 'tour' });
      if (value !== null) return;
      await link.ask('shell.remember', { key: 'tour', value: 'shown' });
      set({ tour: 0 });
    },
    openPalette: (palette) => set({ palette }),
    closePalette: () => set({ palette: null }),
    setDock: (dock) => set({ dock }),
    async verify(process) {
      const put = (found: Verification | null): void => {
        const verified = new Map(get().verified);
        if (found === null) verified.delete(process);
        else verified.set(process, found);
        set({ verified });
      };
      put('running');
      try {
        put(await link.ask('cu.verify', { process }));
      } catch (error) {
        put(null);
        throw error;
      }
    },
    askPerson: (sentence, answers) =>
      new Promise((resolve) => {
        get().question?.answer(null);
        const answer = (title: string | null): void => {
          set({ question: null });
          resolve(title);
        };
        set({ question: { sentence, answers, answer } });
      }),
  }));
  void store
    .getState()
    .recallTheme()
    .catch(
      () => undefined, // A theme that cannot be recalled stays what it is; the lost link is told elsewhere.
    );
  const recallVim = (): void =>
    void link.ask('shell.recall', { key: 'vim' }).then(
      ({ value }) => store.setState({ isVim: value === true }),
      () => undefined,
    );
  recallVim();
  // Another window chose.
  link.on('settings.changed', ({ key }) => {
    if (key === 'vim') recallVim();
  });
  return store;
}
