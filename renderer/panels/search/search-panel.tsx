import { CaseSensitive, ChevronRight, Regex, WholeWord } from 'lucide-react';
import { Button as ChevronButton, ListLayout, Tree, TreeItem, TreeItemContent, Virtualizer } from 'react-aria-components';
import { memo, useEffect } from 'react';
import { useStore } from 'zustand';
import type { Found, FoundFile, FoundPlace } from '../../../node/contract/find.ts';
import { useApp } from '../../stores/app-context.ts';
import type { SearchWish } from '../../stores/search-store.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import './search.css';

const ROW_PX = 24;
const SWITCHES: readonly { readonly key: 'isCase' | 'isWord' | 'isPattern'; readonly label: string; readonly Icon: typeof Regex }[] = [
  { key: 'isCase', label: 'Capital letters matter', Icon: CaseSensitive },
  { key: 'isWord', label: 'Whole words', Icon: WholeWord },
  { key: 'isPattern', label: 'Regular expression', Icon: Regex },
];

/** A text in all files of the project: each place that has it, and a click goes there. */
export function SearchPanel({ isVisible }: { readonly isVisible: boolean }): React.ReactNode {
  const app = useApp();
  const wish = useStore(app.search, (state) => state.wish);
  const found = useStore(app.search, (state) => state.found);
  const failure = useStore(app.search, (state) => state.failure);
  const isLooking = useStore(app.search, (state) => state.isLooking);
  useEffect(() => {
    app.search.getState().shown(isVisible);
    return () => app.search.getState().shown(false);
  }, [app, isVisible]);
  const hasProject = useStore(app.workspace, (state) => state.project !== null);
  if (!hasProject) {
    return (
      <Empty>
        <span>Open a project to look through its files.</span>
        <Button onClick={() => void app.commands.run('project.open')}>Open folder…</Button>
      </Empty>
    );
  }
  return (
    <div className="panel search">
      <form className="pane-bar search-bar" role="search" onSubmit={(event) => event.preventDefault()}>
        <input
          className="field"
          type="search"
          value={wish.text}
          spellCheck={false}
          aria-label="Look for, in all files"
          placeholder="Look for, in all files"
          onChange={(event) => app.search.getState().look({ text: event.target.value })}
        />
        {SWITCHES.map(({ key, label, Icon }) => (
          <Button
            key={key}
            look="quiet"
            isSmall
            isIcon
            label={label}
            aria-pressed={wish[key]}
            onClick={() => app.search.getState().look({ [key]: !wish[key] } satisfies Partial<SearchWish>)}
          >
            <Icon size={15} aria-hidden />
          </Button>
        ))}
      </form>
      <p className="search-told faint" role="status">
        {toldOf(wish.text, found, failure, isLooking)}
      </p>
      {failure === null ? found !== null && <FoundTree found={found} /> : <ErrorText error={failure} />}
    </div>
  );
}

function toldOf(text: string, found: Found | null, failure: unknown, isLooking: boolean): string {
  if (text === '') return 'Every text file of the project is looked through, what is not saved yet included.';
  if (failure !== null) return '';
  if (found === null) return isLooking ? 'Looking…' : '';
  if (found.places === 0) return withSkipped('No file has that.', found);
  const places = found.places === 1 ? '1 place' : `${found.places.toLocaleString('en-US')} places`;
  const files = found.files.length === 1 ? '1 file' : `${found.files.length.toLocaleString('en-US')} files`;
  return withSkipped(found.isComplete ? `${places} in ${files}.` : `The first ${places}, in ${files}: there are more.`, found);
}

function withSkipped(sentence: string, { skipped }: Found): string {
  if (skipped.length === 0) return sentence;
  const which = skipped.length === 1 ? (skipped[0] ?? '') : `${skipped.length.toLocaleString('en-US')} files`;
  return `${sentence} ${which} could not be looked through.`;
}

const FoundTree = memo(function FoundTree({ found }: { readonly found: Found }): React.ReactNode {
  const app = useApp();
  const go = (key: string): void => {
    const place = placeOf(key);
    if (place === null) return;
    app.ui.getState().dock?.openFile(place.path);
    app.editor.getState().wantFocus(place.path, place);
  };
  return (
    <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: ROW_PX }}>
      <Tree
        // Another answer is another tree: all its files stand open again.
        key={found.files.map(({ path }) => path).join('\n')}
        aria-label="Places"
        className="tree search-found"
        defaultExpandedKeys={found.files.map(({ path }) => path)}
        onAction={(key) => go(String(key))}
      >
        {found.files.map((file) => (
          <FileRows key={file.path} file={file} onGo={go} />
        ))}
      </Tree>
    </Virtualizer>
  );
});

function FileRows({ file, onGo }: { readonly file: FoundFile; onGo(key: string): void }): React.ReactNode {
  return (
    <TreeItem id={file.path} textValue={file.path} className="tree-row" hasChildItems>
      <TreeItemContent>
        {({ isExpanded }) => (
          <div className="file-line">
            <ChevronButton slot="chevron" className={isExpanded ? 'chevron open' : 'chevron'} aria-label={isExpanded ? 'Fold' : 'Unfold'}>
              <ChevronRight size={13} aria-hidden />
            </ChevronButton>
            <span className="file-name">{file.path}</span>
            <span className="faint">{file.places.length}</span>
          </div>
        )}
      </TreeItemContent>
      {file.places.map((place) => (
        <PlaceRow key={`${place.line}:${place.column}`} path={file.path} place={place} onGo={onGo} />
      ))}
    </TreeItem>
  );
}

interface PlaceRowProps {
  readonly path: string;
  readonly place: FoundPlace;
  onGo(key: string): void;
}

function PlaceRow({ path, place, onGo }: PlaceRowProps): React.ReactNode {
  const { line, column, length, text, at } = place;
  const id = keyOf(path, line, column);
  const before = text.slice(0, at).trimStart();
  return (
    <TreeItem id={id} textValue={`line ${line}: ${text.trim()}`} className="tree-row">
      <TreeItemContent>
        <div className="file-line search-place" onClick={() => onGo(id)} title={`${path}:${line}:${column}`}>
          <span className="search-line faint">{line}</span>
          <span className="file-name mono">
            {before}
            <mark>{text.slice(at, at + length)}</mark>
            {text.slice(at + length)}
          </span>
        </div>
      </TreeItemContent>
    </TreeItem>
  );
}

const keyOf = (path: string, line: number, column: number): string => `${line}:${column}:${path}`;

function placeOf(key: string): { readonly path: string; readonly line: number; readonly column: number } | null {
  const [, line, column, path] = /^(\d+):(\d+):(.*)$/s.exec(key) ?? [];
  return path === undefined ? null : { path, line: Number(line), column: Number(column) };
}
