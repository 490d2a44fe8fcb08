import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, Circle, CircleCheck, CircleMinus, CircleX, LoaderCircle, Play } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { testRows, type KnownTests, type TestRow, type TestState } from '../../model/tests.ts';
import { useApp } from '../../stores/app-context.ts';
import type { App } from '../../stores/app-context.ts';

const ROW_PX = 24;
const ICONS = { passed: CircleCheck, failed: CircleX, skipped: CircleMinus, running: LoaderCircle, none: Circle } as const;
const WORDS: Readonly<Record<TestState, string>> = {
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  running: 'running',
  none: 'not run',
};

interface TestTreeProps {
  readonly known: KnownTests;
  readonly selected: string | null;
}

/** Files, suites and tests. Arrows move and fold, Enter opens the line, Space or R runs what is selected. */
export function TestTree({ known, selected }: TestTreeProps): React.ReactNode {
  const app = useApp();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => testRows(known, folded), [known, folded]);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises here, and its functions are called while drawing
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12 });
  const at = rows.findIndex(({ key }) => key === selected);
  const fold = (row: TestRow, isFolded: boolean): void =>
    setFolded(isFolded ? new Set([...folded, row.key]) : new Set([...folded].filter((key) => key !== row.key)));
  const pick = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    app.tests.getState().select(row.key);
    list.scrollToIndex(Math.max(0, Math.min(rows.length - 1, index)), { align: 'auto' });
  };
  const onKey = (event: React.KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = rows[at];
    const keys: Readonly<Record<string, (() => void) | undefined>> = {
      ArrowDown: () => pick(at + 1),
      ArrowUp: () => pick(at < 0 ? 0 : at - 1),
      Home: () => pick(0),
      End: () => pick(rows.length - 1),
      ...(row === undefined ? {} : keysOf(app, rows, row, folded, fold, pick)),
    };
    const run = keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  return (
    <div
      ref={scroller}
      className="tests-tree"
      role="tree"
      tabIndex={0}
      aria-label="Tests"
      aria-activedescendant={at >= 0 ? `test-${at}` : undefined}
      onKeyDown={onKey}
    >
      <div role="presentation" style={{ position: 'relative', height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <Row
              key={row.key}
              id={`test-${item.index}`}
              row={row}
              top={item.start}
              isSelected={item.index === at}
              isFolded={folded.has(row.key)}
              onFold={(isFolded) => fold(row, isFolded)}
              onPick={() => pick(item.index)}
            />
          );
        })}
      </div>
    </div>
  );
}

function keysOf(
  app: App,
  rows: readonly TestRow[],
  row: TestRow,
  folded: ReadonlySet<string>,
  fold: (row: TestRow, isFolded: boolean) => void,
  pick: (index: number) => void,
): Readonly<Record<string, (() => void) | undefined>> {
  const at = rows.indexOf(row);
  const isFolded = folded.has(row.key);
  const run = (): void => runRow(app, row);
  return {
    Enter: () => openRow(app, row),
    ' ': run,
    r: run,
    ArrowRight: () => (row.hasChildren && isFolded ? fold(row, false) : pick(at + 1)),
    ArrowLeft: () =>
      row.hasChildren && !isFolded ? fold(row, true) : pick(rows.findLastIndex(({ level }, index) => index < at && level < row.level)),
  };
}

interface RowProps {
  readonly id: string;
  readonly row: TestRow;
  readonly top: number;
  readonly isSelected: boolean;
  readonly isFolded: boolean;
  onFold(isFolded: boolean): void;
  onPick(): void;
}

function Row({ id, row, top, isSelected, isFolded, onFold, onPick }: RowProps): React.ReactNode {
  const app = useApp();
  const Icon = ICONS[row.state];
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={row.level}
      aria-selected={isSelected}
      aria-label={`${row.title}, ${WORDS[row.state]}`}
      {...(row.hasChildren ? { 'aria-expanded': !isFolded } : {})}
      className={`tests-row is-${row.state}${isSelected ? ' is-selected' : ''}`}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 6 + (row.level - 1) * 14 }}
      onClick={onPick}
      onDoubleClick={() => openRow(app, row)}
    >
      <button
        type="button"
        tabIndex={-1}
        aria-hidden
        className="tests-twist"
        onClick={(event) => {
          event.stopPropagation();
          if (row.hasChildren) onFold(!isFolded);
        }}
      >
        {row.hasChildren && (isFolded ? <ChevronRight size={12} /> : <ChevronDown size={12} />)}
      </button>
      <Icon size={13} className="tests-icon" aria-hidden />
      <span className={row.kind === 'file' ? 'tests-title mono' : 'tests-title'}>{row.title}</span>
      {row.durationMs !== null && <span className="tests-time">{Math.round(row.durationMs).toLocaleString('en-US')} ms</span>}
      <button
        type="button"
        tabIndex={-1}
        aria-hidden
        className="tests-run"
        title={`Run ${row.title}`}
        onClick={(event) => {
          event.stopPropagation();
          onPick();
          runRow(app, row);
        }}
      >
        <Play size={11} />
      </button>
    </div>
  );
}

/** Runs a file, a suite or a test. */
function runRow(app: App, row: TestRow): void {
  const { files, run } = app.tests.getState();
  const tests = files.find(({ file }) => file === row.file)?.tests ?? [];
  const only = tests.filter(({ name }) => row.name.every((part, at) => name[at] === part)).map(({ name }) => ({ file: row.file, name }));
  void run(row.kind === 'file' ? { files: [row.file] } : { files: [row.file], only }).catch(app.ui.getState().fail);
}

/** Opens the line of a failure, or the one on which the test is written. */
export function openRow(app: App, { failure, file, line }: TestRow): void {
  const place = failure?.place ?? { file, line };
  app.ui.getState().dock?.openFile(place.file);
  app.editor.getState().wantFocus(place.file, { line: place.line, column: 1 });
}
