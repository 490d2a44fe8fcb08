/** The pages of help, in the order in which one would read them: file in renderer/docs, title, and the panes that lead to it. */
export const HELP_PAGES = [
  { id: 'start', title: 'First steps', panes: ['welcome'] },
  { id: 'projects', title: 'Projects', panes: ['files', 'processes'] },
  { id: 'editor', title: 'Writing Lua', panes: ['docs', 'search'] },
  { id: 'console', title: 'Console', panes: ['console'] },
  { id: 'call', title: 'Sending a message', panes: ['call'] },
  { id: 'flow', title: 'Flow', panes: ['flow'] },
  { id: 'time', title: 'Stepping through time', panes: [] },
  { id: 'inspector', title: 'Inspector', panes: ['inspector'] },
  { id: 'inside', title: 'Inside a slot', panes: ['inside', 'hits'] },
  { id: 'branches', title: 'What if', panes: ['branch'] },
  { id: 'tests', title: 'Tests', panes: ['tests'] },
  { id: 'recordings', title: 'Notes and recordings', panes: ['notes'] },
  { id: 'modules', title: 'Modules', panes: ['modules'] },
  { id: 'webassembly', title: 'WebAssembly', panes: [] },
  { id: 'contracts', title: 'Contracts in JavaScript', panes: [] },
  { id: 'cron', title: 'Crons and the clock', panes: [] },
  { id: 'deploy', title: 'Deploying', panes: ['deploy'] },
  { id: 'problems', title: 'Problems', panes: ['problems', 'deliveries'] },
  { id: 'node', title: 'The node inside', panes: [] },
  { id: 'command-line', title: 'Without a window', panes: [] },
  { id: 'settings', title: 'Settings, layout and keys', panes: ['settings'] },
] as const;

export type HelpPageId = (typeof HELP_PAGES)[number]['id'];

/** What the open project tells of itself: the story of a sample stands there. */
export const README_FILE = 'README.md';
/** The page that shows it, beside those of the app. */
export const PROJECT_PAGE = 'project';
export type ShownPage = HelpPageId | typeof PROJECT_PAGE;

/** True when there is a page of that name. */
export function isHelpPage(id: unknown): id is HelpPageId {
  return HELP_PAGES.some((page) => page.id === id);
}

/** The page about a pane, or about the file that a pane shows; the first where none is about it. */
export function helpPageOf(pane: string | null, path: string | null = null): HelpPageId {
  if (path !== null) {
    if (/\.(wat|wasm|ts|c|rs|toml)$/i.test(path)) return 'webassembly';
    if (path.endsWith('.js')) return 'contracts';
    if (path.endsWith('.test.lua')) return 'tests';
    return path.endsWith('.json') ? 'projects' : 'editor';
  }
  return HELP_PAGES.find(({ panes }) => panes.some((one) => one === pane))?.id ?? 'start';
}
