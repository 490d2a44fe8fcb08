import { ArrowDown, ArrowUp, Copy, GripVertical, Hourglass, Pencil, Plus, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { BranchEdit } from '../../../node/contract/branch.ts';
import { toSlot, type ProcessId } from '../../../node/contract/ids.ts';
import { editOf, injectOf } from '../../commands/branch.ts';
import { placedAt, planRows, type PlanRow } from '../../model/branch-plan.ts';
import { counted, messageWords } from '../../model/branch-words.ts';
import { nameOf, rowAt } from '../../model/lookup.ts';
import { whoOf, type OwnWallets } from '../../model/own-wallets.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import type { BranchDraft } from '../../stores/branch-store.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { Button } from '../../widgets/button.tsx';
import { VirtualGrid } from './virtual-grid.tsx';

const TITLES = ['', 'Slot', 'From', 'Message', 'Change'];

/** The messages of a process as the branch is to have them: each can be changed, left out, put elsewhere. */
export function BranchSlots({ draft }: { readonly draft: BranchDraft }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const own = useOwnWallets();
  const { edits, process, slot } = draft;
  const latest = world.processById.get(process)?.slotLatest ?? 0;
  const rows = useMemo(() => planRows(edits, process, latest), [edits, process, latest]);
  const [activeKey, setActiveKey] = useState<string | null>(() => rows.find(isOfSlot(Math.max(1, slot)))?.key ?? null);
  const [said, setSaid] = useState('');
  const [target, setTarget] = useState<number | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const active = rows.findIndex(({ key }) => key === activeKey);
  const row = rows[active];

  const put = (from: number, to: number): void => {
    const moved = placedAt(edits, process, rows, from, to);
    if (moved === edits) return;
    app.branch.getState().changeDraft({ edits: moved, selected: null });
    const now = planRows(moved, process, latest);
    setActiveKey(now[to]?.key ?? null);
    setSaid(`${wordsOf(world, process, edits, rows[from])} is now number ${counted(to + 1)} of ${counted(now.length)}`);
  };
  const move = (by: 1 | -1): void => {
    if (row !== undefined && !row.isSkipped && active + by >= 0 && active + by < rows.length) put(active, active + by);
  };
  const actions = useActions({ process, latest, edits, row });
  const onKey = (event: React.KeyboardEvent): boolean => {
    if (event.ctrlKey || event.metaKey) return false;
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (event.altKey && by !== 0) {
      move(by === 1 ? 1 : -1);
      return true;
    }
    const act = event.altKey ? undefined : actions.find(({ key }) => key === event.key);
    act?.run();
    return act !== undefined;
  };
  const drop = (): void => {
    if (dragged !== null && target !== null) put(dragged, target > dragged ? target - 1 : target);
    setDragged(null);
    setTarget(null);
  };

  return (
    <section className="branch-slots" aria-label="Messages of the branch">
      <div className="branch-tools" role="toolbar" aria-label="Change the message that is marked">
        <ProcessChoice draft={draft} />
        <span className="branch-space" />
        {actions.map(({ id, title, Icon, run }) => (
          <Button key={id} look="quiet" isSmall isIcon label={title} disabled={row === undefined} onClick={run}>
            <Icon size={13} />
          </Button>
        ))}
        <Button look="quiet" isSmall isIcon label="Move up (Alt+↑)" disabled={active < 1} onClick={() => move(-1)}>
          <ArrowUp size={13} />
        </Button>
        <Button
          look="quiet"
          isSmall
          isIcon
          label="Move down (Alt+↓)"
          disabled={active < 0 || active >= rows.length - 1}
          onClick={() => move(1)}
        >
          <ArrowDown size={13} />
        </Button>
      </div>
      {rows.length === 0 ? (
        <p className="branch-nothing">This process has got no message since it was spawned. A new one can be put after its slot 0.</p>
      ) : (
        <VirtualGrid
          name="branch-slot"
          label={`Messages of ${nameOf(world, process)}, in the order of the branch`}
          count={rows.length}
          active={active}
          titles={TITLES}
          onActive={(index) => setActiveKey(rows[index]?.key ?? null)}
          onKey={onKey}
          rowProps={(index) => ({
            className: classOf(rows[index], index, target, dragged),
            draggable: rows[index]?.isSkipped === false,
            onClick: () => setActiveKey(rows[index]?.key ?? null),
            onDoubleClick: () => actions[0]?.run(),
            onDragStart: (event) => {
              event.dataTransfer.effectAllowed = 'move';
              event.dataTransfer.setData('text/plain', wordsOf(world, process, edits, rows[index]));
              setDragged(index);
              setActiveKey(rows[index]?.key ?? null);
            },
            onDragOver: (event) => {
              if (dragged === null) return;
              event.preventDefault();
              const box = event.currentTarget.getBoundingClientRect();
              setTarget(index + (event.clientY > box.top + box.height / 2 ? 1 : 0));
            },
            onDrop: (event) => {
              event.preventDefault();
              drop();
            },
            onDragEnd: () => {
              setDragged(null);
              setTarget(null);
            },
          })}
          cells={(index) => cellsOf(world, own, process, edits, rows[index])}
        />
      )}
      <div className="hidden-text" role="status">
        {said}
      </div>
    </section>
  );
}

interface Action {
  readonly id: string;
  readonly title: string;
  readonly key: string;
  readonly Icon: typeof Pencil;
  run(): void;
}

interface At {
  readonly process: ProcessId;
  readonly latest: number;
  readonly edits: readonly BranchEdit[];
  readonly row: PlanRow | undefined;
}

/** What can be done with the row that is marked. */
function useActions({ process, latest, edits, row }: At): readonly Action[] {
  const app = useApp();
  const { addEdit, changeDraft } = app.branch.getState();
  const slot = row?.slot ?? null;
  const placed = row?.editIndex ?? null;
  const without = (gone: (edit: BranchEdit, index: number) => boolean): void =>
    changeDraft({ edits: edits.filter((one, index) => !gone(one, index)), selected: null });
  const after = (): number => {
    const edit = placed === null ? undefined : edits[placed];
    return edit !== undefined && 'after' in edit ? edit.after : (slot ?? 0);
  };
  return [
    {
      id: 'edit',
      title: 'Edit (Enter)',
      key: 'Enter',
      Icon: Pencil,
      run() {
        if (row?.kind === 'new') return changeDraft({ selected: placed });
        if (slot === null) return;
        const known = edits.findIndex((one) => one.kind === 'edit' && one.process === process && one.slot === slot);
        if (known >= 0) return changeDraft({ selected: known });
        editOf(app, process, toSlot(slot)).then(addEdit, app.ui.getState().fail);
      },
    },
    {
      id: 'skip',
      title: row?.isSkipped === true ? 'Let it come after all (Delete)' : 'Leave it out (Delete)',
      key: 'Delete',
      Icon: X,
      run() {
        if (row === undefined) return;
        if (row.kind !== 'main') without((_, index) => index === placed);
        else if (row.isSkipped) without((one) => one.kind === 'skip' && one.process === process && one.slot === slot);
        else if (slot !== null) addEdit({ kind: 'skip', process, slot: toSlot(slot) });
      },
    },
    {
      id: 'delay',
      title: 'Let it come later, after a slot that you choose (L)',
      key: 'l',
      Icon: Hourglass,
      run() {
        if (row === undefined || slot === null || row.isSkipped) return;
        if (placed !== null) return changeDraft({ selected: placed });
        addEdit({ kind: 'move', process, slot: toSlot(slot), after: toSlot(Math.min(latest, slot + 1)) });
      },
    },
    {
      id: 'repeat',
      title: 'Let it come twice (T)',
      key: 't',
      Icon: Copy,
      run() {
        if (slot !== null) addEdit({ kind: 'duplicate', process, slot: toSlot(slot), after: toSlot(after()) });
      },
    },
    {
      id: 'insert',
      title: 'A new message after it (I)',
      key: 'i',
      Icon: Plus,
      run: () => addEdit(injectOf(app, process, toSlot(after()))),
    },
  ];
}

/** Which process's messages are listed. */
function ProcessChoice({ draft }: { readonly draft: BranchDraft }): React.ReactNode {
  const app = useApp();
  const processes = useStore(app.world, (state) => state.world.processes);
  return (
    <select
      className="field branch-process"
      aria-label="Process whose messages are listed"
      value={draft.process}
      onChange={(event) => {
        const found = processes.find(({ id }) => id === event.target.value);
        if (found !== undefined) app.branch.getState().changeDraft({ process: found.id, slot: toSlot(1) });
      }}
    >
      {processes.map(({ id, name, slotLatest }) => (
        <option key={id} value={id}>
          {name ?? id.slice(0, 8)} · {counted(Math.max(0, slotLatest))} messages
        </option>
      ))}
    </select>
  );
}

const isOfSlot =
  (slot: number) =>
  (row: PlanRow): boolean =>
    row.kind === 'main' && row.slot === slot;

function wordsOf(world: World, process: ProcessId, edits: readonly BranchEdit[], row: PlanRow | undefined): string {
  if (row === undefined) return '';
  if (row.slot !== null) return `${messageWords(world, process, row.slot)} of slot ${row.slot}`;
  const edit = row.editIndex === null ? undefined : edits[row.editIndex];
  return edit?.kind === 'inject' ? `new ${edit.tags.find(({ name }) => name === 'Action')?.value ?? 'message'}` : 'new message';
}

function classOf(row: PlanRow | undefined, index: number, target: number | null, dragged: number | null): string {
  const isChanged = row !== undefined && (row.isEdited || row.editIndex !== null || row.isSkipped);
  return [
    isChanged ? 'is-changed' : '',
    row?.isSkipped === true ? 'is-skipped' : '',
    dragged === index ? 'is-dragged' : '',
    target === index ? 'is-target' : target === index + 1 ? 'is-target-after' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function cellsOf(
  world: World,
  own: OwnWallets,
  process: ProcessId,
  edits: readonly BranchEdit[],
  row: PlanRow | undefined,
): readonly React.ReactNode[] {
  if (row === undefined) return [];
  const known = row.slot === null ? null : rowAt(world, process, row.slot);
  const edit = row.editIndex === null ? undefined : edits[row.editIndex];
  const changed = edits.find((one) => one.kind === 'edit' && one.process === process && one.slot === row.slot);
  const tags = changed?.kind === 'edit' ? changed.tags : edit?.kind === 'inject' ? edit.tags : null;
  const action = tags?.find(({ name }) => name === 'Action')?.value ?? known?.action ?? 'message';
  const from = edit?.kind === 'inject' ? edit.from : (known?.from ?? null);
  const data = edit?.kind === 'inject' ? edit.data : changed?.kind === 'edit' ? (changed.data ?? '') : (known?.preview ?? '');
  return [
    <GripVertical key="grip" size={12} aria-hidden />,
    row.slot ?? 'new',
    whoOf(world, from, own),
    <>
      <b>{action}</b> <span className="faint mono">{data.slice(0, 90)}</span>
    </>,
    changesOf(row, edit),
  ];
}

function changesOf(row: PlanRow, edit: BranchEdit | undefined): string {
  if (row.isSkipped) return 'left out';
  const place =
    edit?.kind === 'move'
      ? edit.after < edit.slot
        ? 'earlier'
        : 'later'
      : edit?.kind === 'duplicate'
        ? 'again'
        : row.kind === 'new'
          ? 'new'
          : '';
  return [row.isEdited ? 'edited' : '', place].filter(Boolean).join(', ');
}
