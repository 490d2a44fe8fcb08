import { ChevronDown, ChevronRight, HelpCircle, Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useStore } from 'zustand';
import type { EvaluationPlace } from '../../../node/contract/recording.ts';
import type { StateNode, StatePath } from '../../../node/contract/state.ts';
import { nameOf, withNames } from '../../model/lookup.ts';
import type { MessageRow } from '../../model/rows.ts';
import { expressionOf } from '../../model/state-path.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { Progress } from '../../widgets/progress.tsx';
import { StateHits } from './state-hits.tsx';
import { ValueCard } from './value-card.tsx';

const PAGE = 100;
const NONE: ReadonlySet<string> = new Set();

/** The state after the slot: a tree that is asked for a level at a time. Open branches stay open from slot to slot. */
export function StateTab({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const process = world.processById.get(row.to)?.id;
  if (process === undefined || row.slot === null)
    return <p className="inspector-wait">It reached no process, so there is no state to show.</p>;
  if (row.evaluatedAtMs === null) return <p className="inspector-wait">Slot {row.slot} has not been evaluated yet.</p>;
  const latest = world.processById.get(process)?.evaluatedTo ?? row.slot;
  return <StateView world={world} at={{ process, slot: row.slot, tick: null }} latest={latest} label={`State after slot ${row.slot}`} />;
}

interface StateViewProps {
  readonly world: World;
  /** The evaluation after which the state is looked at, on the main line or in a branch. */
  readonly at: EvaluationPlace;
  /** The newest slot of its line. */
  readonly latest: number;
  readonly label: string;
}

/** The state after an evaluation, what is looked for in it, and the value in focus with its history. */
export function StateView({ world, at, latest, label }: StateViewProps): React.ReactNode {
  const app = useApp();
  const value = useStore(app.focus, (state) => state.focus.value);
  const [search, setSearch] = useState('');
  const sought = useDeferredValue(search.trim());
  return (
    <div className="inspector-state">
      <label className="inspector-search">
        <Search size={12} aria-hidden />
        <input
          value={search}
          spellCheck={false}
          aria-label="Search the whole state"
          placeholder="Search keys and values"
          onChange={(event) => setSearch(event.target.value)}
        />
      </label>
      {sought === '' ? <StateTree at={at} label={label} /> : <StateHits at={at} text={sought} />}
      {value !== null && <ValueCard world={world} at={at} latest={latest} expression={value} />}
    </div>
  );
}

/** A whole state. What is open stays so from moment to moment. */
function StateTree({ at, label }: { readonly at: EvaluationPlace; readonly label: string }): React.ReactNode {
  const app = useApp();
  const open = useStore(app.inspect, (state) => state.opened.get(at.process)) ?? NONE;
  const toggle = (path: StatePath): void => app.inspect.getState().toggle(at.process, keyOf(path));
  return (
    <div role="tree" aria-label={label} onKeyDown={walkTree}>
      <Level at={at} path={[]} open={open} onToggle={toggle} />
    </div>
  );
}

interface LevelProps {
  readonly at: EvaluationPlace;
  readonly path: StatePath;
  readonly open: ReadonlySet<string>;
  onToggle(path: StatePath): void;
}

/** One level of the tree: pages of nodes until all are shown. */
function Level(props: LevelProps): React.ReactNode {
  const [pages, setPages] = useState(1);
  return Array.from({ length: pages }, (_, index) => (
    <Page key={index} {...props} offset={index * PAGE} isLast={index === pages - 1} onMore={() => setPages(pages + 1)} />
  ));
}

function Page(props: LevelProps & { readonly offset: number; readonly isLast: boolean; onMore(): void }): React.ReactNode {
  const { at, path, offset } = props;
  const asked = useAnswer('cu.state', { ...at, path, offset, limit: PAGE });
  const page = asked.value;
  const rest = page === undefined ? 0 : page.total - offset - page.nodes.length;
  return (
    <>
      <Progress asked={asked} />
      {page?.nodes.map((node) => (
        <Node key={node.key} {...props} node={node} isOld={asked.isOld} />
      ))}
      {page !== undefined && page.total === 0 && (
        <p className="inspector-indent faint" style={indent(path.length)}>
          {path.length === 0 ? 'Nothing here.' : 'empty'}
        </p>
      )}
      {props.isLast && rest > 0 && (
        <button type="button" className="inspector-more" style={indent(path.length)} onClick={props.onMore}>
          Show {Math.min(PAGE, rest)} more of {rest.toLocaleString('en-US')}
        </button>
      )}
    </>
  );
}

function Node(props: LevelProps & { readonly node: StateNode; readonly isOld: boolean }): React.ReactNode {
  const app = useApp();
  const { world } = app.world.getState();
  const { node, path, open, onToggle } = props;
  const own = [...path, node.key];
  const isOpen = node.isOpenable && open.has(keyOf(own));
  const expression = expressionOf(own);
  const isFocused = useStore(app.focus, (state) => expression !== null && state.focus.value === expression);
  const look = (): void => void (expression !== null && app.focus.getState().setValue(expression));
  const why = (): void => void (expression !== null && app.commands.run('inspect.whyValue', expression));
  return (
    <>
      <div
        role="treeitem"
        aria-level={path.length + 1}
        aria-selected={isFocused}
        {...(node.isOpenable ? { 'aria-expanded': isOpen } : {})}
        tabIndex={0}
        className={`inspector-node${isFocused ? ' is-focused' : ''}${props.isOld ? ' is-old' : ''}`}
        style={indent(path.length)}
        onClick={() => (node.isOpenable ? onToggle(own) : look())}
        onKeyDown={(event) => {
          const act = nodeKey(event, node.isOpenable, isOpen);
          if (act === null) return;
          event.preventDefault();
          event.stopPropagation();
          if (act === 'toggle') onToggle(own);
          else if (act === 'look') look();
          else why();
        }}
      >
        <span className="inspector-twist" aria-hidden>
          {node.isOpenable && (isOpen ? <ChevronDown size={12} /> : <ChevronRight size={12} />)}
        </span>
        <span className={`inspector-key mono${node.key.startsWith('(') ? ' is-beside' : ''}`} title={node.key}>
          {named(world, keyText(node.key))}
        </span>
        <span className={`inspector-value mono is-${node.kind}`} title={node.preview}>
          {withNames(world, node.preview)}
        </span>
        {expression !== null && (
          <button
            type="button"
            tabIndex={-1}
            className="inspector-ask"
            aria-label={`Why is ${expression} as it is?`}
            title="Why this value? (W)"
            onClick={(event) => {
              event.stopPropagation();
              why();
            }}
          >
            <HelpCircle size={12} aria-hidden />
          </button>
        )}
      </div>
      {isOpen && <Level {...props} path={own} />}
    </>
  );
}

/** Enter and the arrows open and close, Space looks at the value, W asks why. */
function nodeKey(event: React.KeyboardEvent, isOpenable: boolean, isOpen: boolean): 'toggle' | 'look' | 'why' | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key === 'w' || event.key === 'W') return 'why';
  if (event.key === ' ' || (event.key === 'Enter' && !isOpenable)) return 'look';
  return isOpenable && isToggle(event.key, isOpen) ? 'toggle' : null;
}

function isToggle(key: string, isOpen: boolean): boolean {
  return key === 'Enter' || (key === 'ArrowRight' && !isOpen) || (key === 'ArrowLeft' && isOpen);
}

function walkTree(event: React.KeyboardEvent<HTMLElement>): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = items.findIndex((item) => item === document.activeElement);
  const next = items[at + by];
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}

function indent(depth: number): React.CSSProperties {
  return { paddingLeft: 6 + depth * 14 };
}

/** A key as a person reads it; what hangs on a value without being a key of it keeps its words and loses its brackets. */
function keyText(key: string): string {
  const [, word, rest = ''] = /^\(([^)]*)\)(.*)$/.exec(key) ?? [];
  return word === undefined ? key.replace(/^\./, '') : `${word}${rest}`;
}

/** What stands under a process's id stands under its name. */
function named(world: World, key: string): string {
  const id = /^(?:\["([\w-]{43})"\]|(\w{43}))$/.exec(key);
  const process = world.processById.get(id?.[1] ?? id?.[2] ?? '');
  return process === undefined ? key : nameOf(world, process.id);
}

function keyOf(path: StatePath): string {
  return path.join('\u0000');
}
