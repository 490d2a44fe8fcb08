/** The panels that have a fixed place; file tabs come beside them. */
export const PANELS = [
  'files',
  'search',
  'processes',
  'inspector',
  'flow',
  'console',
  'call',
  'problems',
  'deliveries',
  'inside',
  'hits',
  'branch',
  'tests',
  'notes',
  'docs',
  'modules',
  'deploy',
  'welcome',
  'settings',
  'help',
  'guide',
] as const;
export type PanelId = (typeof PANELS)[number];

export const PRESETS = ['write', 'run', 'debug', 'journey'] as const;
export type PresetName = (typeof PRESETS)[number];

export const PANEL_TITLES: Readonly<Record<PanelId, string>> = {
  files: 'Files',
  search: 'Search',
  processes: 'Processes',
  inspector: 'Inspector',
  flow: 'Flow',
  console: 'Console',
  call: 'Call',
  problems: 'Problems',
  deliveries: 'Deliveries',
  inside: 'Inside',
  hits: 'Hits',
  branch: 'What if',
  tests: 'Tests',
  notes: 'Notes',
  docs: 'Docs',
  modules: 'Modules',
  deploy: 'Deploy',
  welcome: 'Welcome',
  settings: 'Settings',
  help: 'Help',
  guide: 'Seven ideas of ao',
};

/** What the frame lets others do with the docked panels. */
export interface Dock {
  /** Opens the file's tab (or the one that is there) and gives it the keyboard. */
  openFile(path: string): void;
  /** Opens the file of a project that has just been opened, where that has no tabs of its own again. */
  openFirst(path: string): void;
  closeFile(path: string): void;
  show(panel: PanelId): void;
  /**
   * Shows the panel and gives the keyboard to what one would use first in it, or to what `selector` names. What
   * comes later than the person's act hands over the wish that it made then (`keyboardWish`): where the person has moved
   * on, the panel is only shown.
   */
  enter(panel: PanelId, selector?: string, mayTake?: () => boolean): void;
  /** Shows the panel and gives it the keyboard, or takes it away when it is in front. */
  toggle(panel: PanelId): void;
  /** Is the panel before the person's eyes, with no other tab in front of it? */
  isShown(panel: PanelId): boolean;
  /** The panel that was used last, or null where a file was. */
  front(): PanelId | null;
  /** Puts the tab in front into a group of its own, on that side of the others. Nothing where it is alone already. */
  split(side: 'right' | 'below'): void;
  /** Gives the panel in front the room of all, or everybody their own again. */
  zoom(): void;
  usePreset(preset: PresetName): void;
  reset(): void;
}
