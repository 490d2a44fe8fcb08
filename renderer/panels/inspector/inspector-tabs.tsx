import { memo } from 'react';
import { useStore } from 'zustand';
import { useApp } from '../../stores/app-context.ts';
import { INSPECTOR_TABS, INSPECTOR_TITLES, type InspectorTab } from '../../stores/inspect-store.ts';

/** The tabs of the inspector. @param sent entries of the outbox. */
export const InspectorTabs = memo(function InspectorTabs({ sent }: { readonly sent: number }): React.ReactNode {
  const app = useApp();
  const tab = useStore(app.inspect, (state) => state.tab);
  const { setTab } = app.inspect.getState();
  return (
    <div className="inspector-tabs" role="tablist" aria-label="Inspector" onKeyDown={(event) => walkTabs(event, tab, setTab)}>
      {INSPECTOR_TABS.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={`inspector-${one}`}
          aria-selected={tab === one}
          aria-controls="inspector-body"
          tabIndex={tab === one ? 0 : -1}
          onClick={() => setTab(one)}
        >
          {INSPECTOR_TITLES[one]}
          {one === 'outbox' && sent > 0 && <span className="inspector-count">{sent}</span>}
        </button>
      ))}
    </div>
  );
});

function walkTabs(event: React.KeyboardEvent, tab: InspectorTab, setTab: (tab: InspectorTab) => void): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0 || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const next = INSPECTOR_TABS[(INSPECTOR_TABS.indexOf(tab) + by + INSPECTOR_TABS.length) % INSPECTOR_TABS.length] ?? tab;
  setTab(next);
  document.getElementById(`inspector-${next}`)?.focus();
}
