import { marked, type Token, type Tokens } from 'marked';
import type { ReactNode } from 'react';

interface MarkdownProps {
  readonly text: string;
  /** Where a link of the text leads; null for one that leads out of the app, which is shown as text. */
  readonly onLink: (href: string) => (() => void) | null;
}

/** Markdown of our own pages as elements; what it holds of HTML is left out. */
export function Markdown({ text, onLink }: MarkdownProps): ReactNode {
  return <>{marked.lexer(text).map((token, index) => block(token, index, onLink))}</>;
}

type Follow = MarkdownProps['onLink'];

function isTable(token: Token): token is Tokens.Table {
  return token.type === 'table';
}
function isList(token: Token): token is Tokens.List {
  return token.type === 'list';
}
function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading';
}
function isLink(token: Token): token is Tokens.Link {
  return token.type === 'link';
}
const partsOf = (token: Token): readonly Token[] => ('tokens' in token ? (token.tokens ?? []) : []);
const textOf = (token: Token): string => ('text' in token && typeof token.text === 'string' ? token.text : token.raw);

function block(token: Token, key: number, follow: Follow): ReactNode {
  const inside = (one: Token): ReactNode => partsOf(one).map((part, index) => inline(part, index, follow));
  if (isHeading(token)) return token.depth === 1 ? <h2 key={key}>{inside(token)}</h2> : <h3 key={key}>{inside(token)}</h3>;
  if (token.type === 'paragraph') return <p key={key}>{inside(token)}</p>;
  if (token.type === 'code')
    return (
      <pre key={key} tabIndex={0}>
        <code>{textOf(token)}</code>
      </pre>
    );
  if (isList(token)) {
    const items = token.items.map((item, index) => <li key={index}>{item.tokens.map((part, at) => block(part, at, follow))}</li>);
    return token.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
  }
  if (isTable(token)) return <Table key={key} table={token} follow={follow} />;
  if (token.type === 'text') return <span key={key}>{partsOf(token).length > 0 ? inside(token) : textOf(token)}</span>;
  return null;
}

function Table({ table, follow }: { readonly table: Tokens.Table; readonly follow: Follow }): ReactNode {
  const cells = (cell: Tokens.TableCell): ReactNode => cell.tokens.map((part, index) => inline(part, index, follow));
  return (
    <table>
      <thead>
        <tr>
          {table.header.map((cell, index) => (
            <th key={index} scope="col">
              {cells(cell)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, at) => (
              <td key={at}>{cells(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function inline(token: Token, key: number, follow: Follow): ReactNode {
  const inside = partsOf(token).map((part, index) => inline(part, index, follow));
  if (token.type === 'strong') return <b key={key}>{inside}</b>;
  if (token.type === 'em') return <em key={key}>{inside}</em>;
  if (token.type === 'codespan') return <code key={key}>{plain(textOf(token))}</code>;
  if (token.type === 'br') return <br key={key} />;
  if (token.type === 'html') return null;
  if (isLink(token)) {
    const go = follow(token.href);
    if (go === null) return <span key={key}>{inside}</span>;
    return (
      <button key={key} type="button" className="help-link" onClick={go}>
        {inside}
      </button>
    );
  }
  return <span key={key}>{inside.length > 0 ? inside : plain(textOf(token))}</span>;
}

/** The lexer writes these as HTML would want them. */
function plain(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
