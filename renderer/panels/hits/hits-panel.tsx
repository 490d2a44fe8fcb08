import { useStore } from 'zustand';
import { useApp } from '../../stores/app-context.ts';
import { BreakpointList } from './breakpoint-list.tsx';
import { keyOfLine, lineInFocus } from '../../stores/hits-store.ts';
import { HitList } from './hit-list.tsx';
import { QueryBar } from './query-bar.tsx';
import './hits.css';

/** Looking for moments in the history of the process in focus, or in the branch in which one stands: breakpoints, a query, and where they are true. */
export function HitsPanel(): React.ReactNode {
  const app = useApp();
  useStore(app.focus, (state) => state.focus.process);
  useStore(app.branch, (state) => state.walk?.process);
  return (
    <div className="panel hits">
      <QueryBar />
      <div className="pane-body hits-body" tabIndex={0} role="group" aria-label="Breakpoints and hits">
        <BreakpointList />
        <HitList key={keyOfLine(lineInFocus(app.focus, app.branch))} />
      </div>
    </div>
  );
}
