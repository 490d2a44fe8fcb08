import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { EvaluationPlace, FramePath, Variable } from '../../../node/contract/recording.ts';
import type { StatePath } from '../../../node/contract/state.ts';
import { withNames } from '../../model/lookup.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { Progress } from '../../widgets/progress.tsx';

interface Stop {
  readonly place: EvaluationPlace;
  readonly step: number;
  readonly frame: number;
  readonly scope: FramePath['scope'];
}

interface VariablesProps extends Stop {
  readonly title: string;
  readonly list: readonly Variable[];
}

/** The variables of one scope; tables are opened a level at a time. */
export function Variables({ title, list, ...stop }: VariablesProps): React.ReactNode {
  if (list.length === 0) return null;
  return (
    <div role="tree" aria-label={title} onKeyDown={walkTree}>
      <div className="inside-scope faint" role="presentation">
        {title}
      </div>
      {list.map((one, index) => (
        <Value key={`${index}:${one.name}`} stop={stop} index={index} path={[]} {...one} />
      ))}
    </div>
  );
}

interface ValueProps extends Omit<Variable, 'name'> {
  readonly stop: Stop;
  readonly index: number;
  readonly path: StatePath;
  readonly name: string;
}

function Value(props: ValueProps): React.ReactNode {
  const { world } = useApp();
  const { name, kind, preview, isOpenable, path } = props;
  const [isOpen, setOpen] = useState(false);
  const isShown = isOpen && isOpenable;
  const toggle = (): void => {
    if (isOpenable) setOpen(!isOpen);
  };
  return (
    <>
      <div
        role="treeitem"
        aria-level={path.length + 1}
        aria-selected={false}
        {...(isOpenable ? { 'aria-expanded': isShown } : {})}
        tabIndex={0}
        className="inside-value"
        style={{ paddingLeft: path.length * 14 }}
        onClick={toggle}
        onKeyDown={(event) => {
          const isOpening = event.key === 'ArrowRight' && !isOpen;
          const isClosing = event.key === 'ArrowLeft' && isOpen;
          if (!isOpenable || !(event.key === 'Enter' || event.key === ' ' || isOpening || isClosing)) return;
          event.preventDefault();
          event.stopPropagation();
          toggle();
        }}
      >
        <span className="inside-twist" aria-hidden>
          {isOpenable && (isShown ? <ChevronDown size={12} /> : <ChevronRight size={12} />)}
        </span>
        <span className="mono">{name.replace(/^\./, '')}</span>
        <span className={`inside-preview mono is-${kind}`} title={preview}>
          {withNames(world.getState().world, preview)}
        </span>
      </div>
      {isShown && <Children {...props} />}
    </>
  );
}

const PAGE = 100;

function Children({ stop, index, path }: ValueProps): React.ReactNode {
  const { place, step, frame, scope } = stop;
  const asked = useAnswer('cu.frameValue', { ...place, step, at: { frame, scope, index, path }, offset: 0, limit: PAGE });
  const page = asked.value;
  return (
    <>
      <Progress asked={asked} />
      {page?.nodes.map((node) => (
        <Value
          key={node.key}
          stop={stop}
          index={index}
          path={[...path, node.key]}
          name={node.key}
          kind={node.kind}
          preview={node.preview}
          isOpenable={node.isOpenable}
        />
      ))}
      {page !== undefined && page.total > page.nodes.length && (
        <p className="faint">
          the first {page.nodes.length} of {page.total.toLocaleString('en-US')}
        </p>
      )}
    </>
  );
}

function walkTree(event: React.KeyboardEvent<HTMLElement>): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const next = items[items.findIndex((item) => item === document.activeElement) + by];
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}
