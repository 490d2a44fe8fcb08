import type { Json } from '../../node/contract/outcome.ts';

/** The views of the Flow pane. */
export const FLOW_MODES = ['space-time', 'tree', 'map', 'table'] as const;
export type FlowMode = (typeof FLOW_MODES)[number];

/** What is looked for in the files, as it is remembered. */
interface KeptSearch {
  readonly text: string;
  readonly isCase: boolean;
  readonly isWord: boolean;
  readonly isPattern: boolean;
}

/** How a project was left: what is found again when it opens. */
export interface Session {
  /** The focus as a link; '' for none. */
  readonly focus: string;
  readonly filter: string;
  readonly isNarrow: boolean;
  readonly flowMode: FlowMode;
  readonly axis: 'order' | 'time';
  /** What stood in the line of a console, by process. */
  readonly typed: Readonly<Record<string, string>>;
  /** Folders that were open in the tree of files. */
  readonly folders: readonly string[];
  readonly search: KeptSearch;
  readonly inspectorTab: string;
  /** Cursor, selection, scroll and folds of a file's editor, as the editor itself writes them. */
  readonly views: Readonly<Record<string, Json>>;
}

/** Editors whose place is remembered; that of the one left longest ago goes. */
export const VIEWS_MAX = 30;

const NOTHING: Session = {
  focus: '',
  filter: '',
  isNarrow: true,
  flowMode: 'space-time',
  axis: 'order',
  typed: {},
  folders: [],
  search: { text: '', isCase: false, isWord: false, isPattern: false },
  inspectorTab: '',
  views: {},
};

/** What was remembered; what has another shape is as in a project that opens for the first time. */
export function parseSession(raw: unknown): Session {
  if (!isRecord(raw)) return NOTHING;
  const search = isRecord(raw['search']) ? raw['search'] : {};
  return {
    focus: text(raw['focus']),
    filter: text(raw['filter']),
    isNarrow: raw['isNarrow'] !== false,
    flowMode: FLOW_MODES.find((mode) => mode === raw['flowMode']) ?? NOTHING.flowMode,
    axis: raw['axis'] === 'time' ? 'time' : 'order',
    typed: Object.fromEntries(entries(raw['typed']).flatMap(([process, typed]) => (typeof typed === 'string' ? [[process, typed]] : []))),
    folders: Array.isArray(raw['folders']) ? raw['folders'].filter((one: unknown) => typeof one === 'string') : [],
    search: {
      text: text(search['text']),
      isCase: search['isCase'] === true,
      isWord: search['isWord'] === true,
      isPattern: search['isPattern'] === true,
    },
    inspectorTab: text(raw['inspectorTab']),
    // Written as JSON, so it is JSON; the editor looks at it before it takes it.
    views: Object.fromEntries(entries(raw['views']).flatMap(([path, view]) => (isJsonRecord(view) ? [[path, view]] : []))),
  };
}

function text(raw: unknown): string {
  return typeof raw === 'string' ? raw : '';
}

function entries(raw: unknown): [string, unknown][] {
  return isRecord(raw) ? Object.entries(raw) : [];
}

function isRecord(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function isJsonRecord(raw: unknown): raw is { readonly [key: string]: Json } {
  return isRecord(raw);
}
