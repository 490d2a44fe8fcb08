import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { AoError } from '../../../node/contract/errors.ts';
import { useApp } from '../../stores/app-context.ts';
import { lineOf, PrintedLines } from '../../widgets/printed-lines.tsx';
import { bytesText } from '../../widgets/bytes-text.ts';
import { shortId } from '../../widgets/short-id.ts';

/** A titled part of the pane. */
export function Section({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: React.ReactNode;
  readonly children: React.ReactNode;
}): React.ReactNode {
  return (
    <section className="inspector-section">
      <h3>
        {title}
        {note !== undefined && <span className="inspector-note">{note}</span>}
      </h3>
      {children}
    </section>
  );
}

/** An id in short, which a click copies whole. */
export function Id({ id }: { readonly id: string }): React.ReactNode {
  const app = useApp();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1200);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void => {
    navigator.clipboard.writeText(id).then(
      () => setCopied(true),
      (error: unknown) => app.ui.getState().fail(new AoError('UNEXPECTED', { reason: `the clipboard refuses: ${String(error)}` })),
    );
  };
  return (
    <button type="button" className="inspector-id mono" title={`${id} — click to copy`} aria-label={`Copy ${id}`} onClick={copy}>
      {shortId(id)}
      {isCopied ? <Check size={11} aria-hidden /> : <Copy size={11} aria-hidden />}
    </button>
  );
}

/** Names on the left, values on the right. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, React.ReactNode])[] }): React.ReactNode {
  return (
    <dl className="inspector-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Output as the process coloured it. */
export function Coloured({ text, onLine }: { readonly text: string; onLine?(line: number): void }): React.ReactNode {
  if (onLine === undefined)
    return (
      <pre className="inspector-output mono">
        <PrintedLines text={text} />
      </pre>
    );
  return (
    <button
      type="button"
      className="inspector-printed"
      title="Look at the line that printed it"
      onClick={(event) => {
        // Who marks text to copy it does not press it.
        if (window.getSelection()?.isCollapsed !== false) onLine(lineOf(event));
      }}
    >
      <span className="inspector-output mono">
        <PrintedLines text={text} />
      </span>
    </button>
  );
}

/** Text; JSON is set out over lines. */
export function Data({ text, bytes }: { readonly text: string | null; readonly bytes: number }): React.ReactNode {
  if (text === null) return <p className="faint">{bytesText(bytes)} that are no text</p>;
  if (text.trim() === '') return <p className="faint">empty</p>;
  const shown = prettyJson(text) ?? text;
  return (
    <pre className="inspector-data mono">
      {shown.length > SHOWN_MAX ? `${shown.slice(0, SHOWN_MAX)}\n… ${bytesText(shown.length - SHOWN_MAX)} more` : shown}
    </pre>
  );
}

const SHOWN_MAX = 20_000;

/** Indented JSON; null when `text` is none, or only a bare value. */
export function prettyJson(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}
