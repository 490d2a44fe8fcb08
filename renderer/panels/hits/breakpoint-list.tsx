import { X } from 'lucide-react';
import { useStore } from 'zustand';
import type { Breakpoint } from '../../model/breakpoints.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';

/** Every breakpoint: on or off, its condition, and what it tells instead of stopping. */
export function BreakpointList(): React.ReactNode {
  const app = useApp();
  const keys = useKeyWords().keysOf('hits.toggle');
  const breakpoints = useStore(app.hits, (state) => state.breakpoints);
  return (
    <section className="hits-part" aria-labelledby="hits-breakpoints">
      <h3 id="hits-breakpoints">Breakpoints</h3>
      {breakpoints.length === 0 && (
        <p className="faint">None. Click beside a line number{keys === '' ? '' : `, or press ${keys}`} in the editor.</p>
      )}
      <ul>
        {breakpoints.map((one) => (
          <Row key={`${one.path}:${one.line}`} breakpoint={one} />
        ))}
      </ul>
    </section>
  );
}

function Row({ breakpoint }: { readonly breakpoint: Breakpoint }): React.ReactNode {
  const app = useApp();
  const { path, line, condition, log, isOn } = breakpoint;
  const { put, remove } = app.hits.getState();
  const where = `${path}:${line}`;
  const open = (): void => {
    app.ui.getState().dock?.openFile(path);
    app.editor.getState().wantFocus(path, { line, column: 1 });
  };
  return (
    <li className="hits-breakpoint">
      <input type="checkbox" checked={isOn} aria-label={`Stop at ${where}`} onChange={() => put({ ...breakpoint, isOn: !isOn })} />
      <button type="button" className="hits-where mono" onClick={open}>
        {where}
      </button>
      <input
        className="field mono"
        value={condition ?? ''}
        spellCheck={false}
        aria-label={`Condition at ${where}`}
        placeholder="only if…"
        onChange={(event) => put({ ...breakpoint, condition: event.target.value === '' ? null : event.target.value })}
      />
      <input
        className="field mono"
        value={log ?? ''}
        spellCheck={false}
        aria-label={`Log at ${where}`}
        placeholder="log instead of stopping"
        onChange={(event) => put({ ...breakpoint, log: event.target.value === '' ? null : event.target.value })}
      />
      <Button look="quiet" isSmall isIcon label={`Remove the breakpoint at ${where}`} onClick={() => remove(path, line)}>
        <X size={12} />
      </Button>
    </li>
  );
}
