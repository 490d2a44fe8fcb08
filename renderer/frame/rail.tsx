import {
  BookOpen,
  Boxes,
  Bug,
  CircleX,
  Cpu,
  Files,
  FlaskConical,
  GitBranch,
  House,
  Map as MapIcon,
  PanelRight,
  Rocket,
  Search,
  Settings,
  SquareTerminal,
  StickyNote,
} from 'lucide-react';
import { useStore } from 'zustand';
import { useApp } from '../stores/app-context.ts';
import { PANEL_TITLES, type PanelId } from '../stores/dock.ts';

const TOP = [
  ['files', Files],
  ['search', Search],
  ['processes', Cpu],
  ['flow', MapIcon],
  ['console', SquareTerminal],
  ['problems', CircleX],
  ['inspector', PanelRight],
  ['inside', Bug],
  ['branch', GitBranch],
  ['tests', FlaskConical],
  ['notes', StickyNote],
  ['docs', BookOpen],
] as const satisfies readonly (readonly [PanelId, unknown])[];

/** The strip of pictures at the left: each shows its panel, or takes it away. */
export function Rail(): React.ReactNode {
  const app = useApp();
  const dock = useStore(app.ui, (state) => state.dock);
  return (
    <nav className="rail" aria-label="Panels">
      {TOP.map(([panel, Icon]) => (
        <button
          key={panel}
          type="button"
          aria-label={PANEL_TITLES[panel]}
          title={PANEL_TITLES[panel]}
          disabled={dock === null}
          onClick={() => dock?.toggle(panel)}
        >
          <Icon size={17} aria-hidden />
        </button>
      ))}
      <button type="button" aria-label="Modules" title="Modules" disabled={dock === null} onClick={() => dock?.show('modules')}>
        <Boxes size={17} aria-hidden />
      </button>
      <button type="button" aria-label="Deploy" title="Deploy" disabled={dock === null} onClick={() => dock?.show('deploy')}>
        <Rocket size={17} aria-hidden />
      </button>
      <span className="rail-space" />
      <button type="button" aria-label="Welcome" title="Welcome" disabled={dock === null} onClick={() => dock?.show('welcome')}>
        <House size={17} aria-hidden />
      </button>
      <button type="button" aria-label="Settings" title="Settings" disabled={dock === null} onClick={() => dock?.show('settings')}>
        <Settings size={17} aria-hidden />
      </button>
    </nav>
  );
}
