import { useStore } from 'zustand';
import type { InsideView, StepPlace } from '../../../node/contract/inside-view.ts';
import { useApp } from '../../stores/app-context.ts';

const AROUND = 3;

/** The lines around the one in focus, where no file of the project shows them: code that was typed in, or bundled. */
export function CodeAround({ view, here }: { readonly view: InsideView; readonly here: StepPlace }): React.ReactNode {
  const app = useApp();
  const isShown = useStore(app.workspace, ({ entries }) => entries.some(({ path }) => path === here.file?.file));
  const text = view.texts[here.source]?.text;
  if (isShown || text === undefined) return null;
  const lines = text.split('\n');
  const first = Math.max(1, here.line - AROUND);
  return (
    <pre className="inside-code" aria-label="Code around the line">
      {lines.slice(first - 1, here.line + AROUND).map((content, index) => (
        <code key={index} className={first + index === here.line ? 'is-here' : ''}>
          <span className="faint">{first + index}</span> {content}
          {'\n'}
        </code>
      ))}
    </pre>
  );
}
