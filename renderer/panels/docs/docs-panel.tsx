import { useDeferredValue, useMemo } from 'react';
import { useStore } from 'zustand';
import { writtenSignature } from '../../../node/lua/api/api.ts';
import type { ApiEntry } from '../../../node/lua/api/entry.ts';
import { copyText } from '../../commands/process.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { findDocs, placeWords, type DocsGroup } from './find-docs.ts';
import './docs.css';

/** Groups up to so many names stand open while something is looked for. */
const OPEN_MAX = 40;

/** Everything that a process can use without defining it, to look through and to read. */
export function DocsPanel(): React.ReactNode {
  const app = useApp();
  const query = useStore(app.ui, (state) => state.docsQuery);
  const wanted = useDeferredValue(query);
  const groups = useMemo(() => findDocs(wanted), [wanted]);
  const count = groups.reduce((sum, { entries }) => sum + entries.length, 0);
  return (
    <div className="panel docs">
      <form className="pane-bar docs-bar" role="search" onSubmit={(event) => event.preventDefault()}>
        <input
          className="field"
          type="search"
          value={query}
          spellCheck={false}
          aria-label="Look for a name or a word"
          placeholder="Handlers.add, big integer, …"
          onChange={(event) => app.ui.getState().setDocsQuery(event.target.value)}
        />
        <span className="faint" role="status">
          {count === 1 ? '1 name' : `${count} names`}
        </span>
      </form>
      {groups.length === 0 ? (
        <Empty>
          <p>The runtime has nothing that is called or described like this.</p>
          <Button isSmall onClick={() => app.ui.getState().setDocsQuery('')}>
            Show all names
          </Button>
        </Empty>
      ) : (
        <div className="pane-body docs-body" tabIndex={0} role="group" aria-label="Names of the runtime">
          {groups.map((group) => (
            <Group key={`${group.home} ${wanted === ''}`} group={group} isOpen={wanted !== '' && count <= OPEN_MAX} />
          ))}
        </div>
      )}
    </div>
  );
}

function Group({ group, isOpen }: { readonly group: DocsGroup; readonly isOpen: boolean }): React.ReactNode {
  return (
    <details open={isOpen || undefined}>
      <summary>
        <span className={group.title === group.home || group.title.startsWith('require') ? 'mono' : ''}>{group.title}</span>
        <span className="faint">{group.entries.length}</span>
      </summary>
      <ul>
        {group.entries.map((entry) => (
          <Entry key={entry.name} entry={entry} />
        ))}
      </ul>
    </details>
  );
}

function Entry({ entry }: { readonly entry: ApiEntry }): React.ReactNode {
  const app = useApp();
  const place = placeWords(entry);
  const { example } = entry;
  const told = entry.parameters.filter(({ about }) => about !== '');
  return (
    <li>
      <code className="docs-name">{writtenSignature(entry)}</code>
      <p>
        {entry.about}
        {place !== '' && <span className="docs-place"> {place}</span>}
        {entry.differs !== null && <span className="docs-place"> Otherwise on aos: {entry.differs}</span>}
      </p>
      {told.length > 0 && (
        <dl>
          {told.map(({ name, about }) => (
            <div key={name}>
              <dt className="mono">{name}</dt>
              <dd>{about}</dd>
            </div>
          ))}
        </dl>
      )}
      {example !== null && (
        <div className="docs-example">
          <pre className="mono">{example}</pre>
          <Button
            isSmall
            label={`Copy the example of ${entry.name}`}
            onClick={() => void copyText(app, example, 'Example').catch(app.ui.getState().fail)}
          >
            Copy
          </Button>
        </div>
      )}
    </li>
  );
}
