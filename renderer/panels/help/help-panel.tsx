import { ChevronLeft } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { findHelp } from '../../model/find-help.ts';
import { isHelpPage, PROJECT_PAGE, README_FILE } from '../../model/help-pages.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { HELP_TEXTS } from './help-texts.ts';
import { Markdown } from './markdown.tsx';
import { ProjectPage } from './project-page.tsx';
import './help.css';

/** A page of help for each feature, with a search over all of them. */
export function HelpPanel(): React.ReactNode {
  const app = useApp();
  const page = useStore(app.ui, (state) => state.helpPage);
  const { setHelpPage } = app.ui.getState();
  const [query, setQuery] = useState('');
  const found = useMemo(() => findHelp(query, HELP_TEXTS), [query]);
  const project = useStore(app.workspace, (state) => state.project?.manifest.name ?? null);
  const hasReadme = useStore(app.workspace, (state) => state.entries.some((entry) => entry.path === README_FILE));
  const body = useRef<HTMLElement>(null);
  useEffect(() => {
    body.current?.scrollTo(0, 0);
  }, [page]);
  const onLink = (href: string): (() => void) | null => {
    const id = /(?:^|\/)([a-z-]+)\.md$/.exec(href)?.[1];
    return isHelpPage(id) ? () => setHelpPage(id) : null;
  };
  return (
    <div className="panel help">
      <form className="pane-bar help-bar" role="search" onSubmit={(event) => event.preventDefault()}>
        {page !== null && (
          <Button look="quiet" isSmall onClick={() => setHelpPage(null)}>
            <ChevronLeft size={12} aria-hidden /> All pages
          </Button>
        )}
        <input
          className="field"
          type="search"
          value={query}
          spellCheck={false}
          aria-label="Search the help"
          placeholder="Search the help"
          onChange={(event) => {
            setQuery(event.target.value);
            setHelpPage(null);
          }}
        />
        <span className="faint" role="status">
          {page === null && (found.length === 1 ? '1 page' : `${found.length} pages`)}
        </span>
      </form>
      {page !== null ? (
        <article ref={body} className="pane-body help-page" tabIndex={0} aria-label="Page of help">
          {page === PROJECT_PAGE ? <ProjectPage onLink={onLink} /> : <Markdown text={HELP_TEXTS.get(page) ?? ''} onLink={onLink} />}
        </article>
      ) : found.length === 0 ? (
        <Empty>
          <p>No page has all of these words.</p>
          <Button isSmall onClick={() => setQuery('')}>
            Show all pages
          </Button>
        </Empty>
      ) : (
        <ul className="pane-body help-list">
          {hasReadme && query === '' && (
            <li>
              <button type="button" onClick={() => setHelpPage(PROJECT_PAGE)}>
                <b>About {project}</b>
                <span className="faint">{README_FILE} of the open project</span>
              </button>
            </li>
          )}
          {found.map(({ id, title, line }) => (
            <li key={id}>
              <button type="button" onClick={() => setHelpPage(id)}>
                <b>{title}</b>
                {line !== '' && <span className="faint">{line}</span>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
