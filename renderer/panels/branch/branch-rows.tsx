import { useState } from 'react';
import { useStore } from 'zustand';
import type { BranchRow, BranchRows as Page, BranchRun } from '../../../node/contract/branch.ts';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { counted, messageWords, rowResult } from '../../model/branch-words.ts';
import { nameOf, rowAt } from '../../model/lookup.ts';
import { whoOf, type OwnWallets } from '../../model/own-wallets.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { Button } from '../../widgets/button.tsx';
import { Progress } from '../../widgets/progress.tsx';
import { useAsked } from './use-asked.ts';
import { VirtualGrid } from './virtual-grid.tsx';

const TITLES = ['Process', 'Slot', 'As slot', 'From', 'Message', 'Outcome'];
/** Rows are asked for in parts of so many. */
const PART = 200;

/** Every message of a branch in the order in which it came, with what became of it beside the main line. */
export function BranchRows({ branch, run }: { readonly branch: number; readonly run: BranchRun }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const walk = useStore(app.branch, (state) => state.walk);
  const [process, setProcess] = useState<ProcessId | null>(null);
  const [isDifferent, setDifferent] = useState(false);
  const own = useOwnWallets();
  const [part, setPart] = useState(0);
  const [active, setActive] = useState(-1);
  const { page, from, asked } = useRows({ branch, process, isDifferent, from: part * PART, limit: PART * 2, version: run.stepsRun });
  const rowOf = (index: number): BranchRow | undefined => page?.rows[index - from];
  const total = page?.total ?? 0;
  const first = page?.firstDifferent ?? null;

  const go = (index: number): void => {
    const row = rowOf(index);
    setActive(index);
    if (row === undefined) return;
    if (row.index !== null) app.branch.getState().walkTo(row.process, row.index);
    else if (row.mainSlot !== null) app.focus.getState().toPlace({ process: row.process, slot: row.mainSlot, tick: null }, null);
  };
  const isWalked = (row: BranchRow | undefined): boolean =>
    row !== undefined && walk !== null && walk.process === row.process && walk.index === row.index;
  return (
    <section className="branch-rows" aria-label="Messages in the branch">
      <div className="branch-tools">
        <select
          className="field branch-process"
          aria-label="Process"
          value={process ?? ''}
          onChange={(event) => {
            setProcess(run.lines.find((line) => line.process === event.target.value)?.process ?? null);
            setActive(-1);
          }}
        >
          <option value="">all processes</option>
          {run.lines.map((line) => (
            <option key={line.process} value={line.process}>
              {nameOf(world, line.process)}
            </option>
          ))}
        </select>
        <label>
          <input type="checkbox" checked={isDifferent} onChange={(event) => setDifferent(event.target.checked)} /> only what differs
        </label>
        <span className="faint" role="status">
          {counted(total)} {total === 1 ? 'message' : 'messages'}
        </span>
        <span className="branch-space" />
        <Button isSmall disabled={first === null} onClick={() => first !== null && go(first)}>
          First difference
        </Button>
      </div>
      <Progress asked={asked} />
      {total === 0 ? (
        <p className="branch-nothing">{isDifferent ? 'No message differs.' : 'Nothing has been run yet.'}</p>
      ) : (
        <VirtualGrid
          name="branch-message"
          label="Messages of the branch, beside the main line"
          count={total}
          active={active}
          titles={TITLES}
          onActive={setActive}
          onKey={(event) => {
            if (event.key !== 'Enter' || active < 0) return false;
            go(active);
            return true;
          }}
          onRange={(top) => setPart(Math.max(0, Math.floor((top - PART / 4) / PART)))}
          rowProps={(index) => ({
            className: classOf(rowOf(index), index === first, isWalked(rowOf(index))),
            onClick: () => go(index),
          })}
          cells={(index) => cellsOf(world, own, rowOf(index), index === first)}
        />
      )}
    </section>
  );
}

function classOf(row: BranchRow | undefined, isFirst: boolean, isWalked: boolean): string {
  const tone = row === undefined ? '' : `is-${rowResult(row).tone}`;
  return [tone, isFirst ? 'is-first' : '', isWalked ? 'is-walked' : ''].filter(Boolean).join(' ');
}

function cellsOf(world: World, own: OwnWallets, row: BranchRow | undefined, isFirst: boolean): readonly React.ReactNode[] {
  if (row === undefined) return ['…', '', '', '', '', ''];
  const { process, slot, mainSlot, origin, sent, error } = row;
  const known = mainSlot === null ? null : rowAt(world, process, mainSlot);
  const from = row.from ?? known?.from ?? null;
  const lane = world.processById.get(process)?.lane ?? 1;
  const { words } = rowResult(row);
  const how = origin === 'main' || origin === 'left out' ? '' : origin;
  return [
    <>
      <i style={{ background: `var(--lane-${lane})` }} aria-hidden /> {nameOf(world, process)}
    </>,
    slot ?? '–',
    mainSlot ?? '–',
    origin === 'cron' ? 'cron' : whoOf(world, from, own),
    <>
      <b>{row.action ?? (mainSlot === null ? 'message' : messageWords(world, process, mainSlot))}</b>{' '}
      <span className="faint">{[how, sent > 0 ? `sent ${counted(sent)}` : ''].filter(Boolean).join(' · ')}</span>
    </>,
    <span key="result" title={error ?? undefined}>
      {isFirst && <b className="branch-first">first difference </b>}
      {words}
    </span>,
  ];
}

interface RowsWish {
  readonly branch: number;
  readonly process: ProcessId | null;
  readonly isDifferent: boolean;
  readonly from: number;
  readonly limit: number;
  /** More rows come while the branch runs. */
  readonly version: number;
}

/** A part of the rows; while another part of the same ones is on its way, the one before stays. */
function useRows({ version, ...wish }: RowsWish): {
  readonly page: Page | null;
  readonly from: number;
  readonly asked: { readonly isSlow: boolean; readonly error: unknown };
} {
  const asked = useAsked('cu.branchRows', wish, version);
  const { value, last, error } = asked;
  const before = last === null ? null : (JSON.parse(last.key) as RowsWish);
  const isSame =
    before?.branch === wish.branch &&
    before.process === wish.process &&
    before.isDifferent === wish.isDifferent &&
    last?.value !== undefined;
  const page = value ?? (isSame ? (last.value ?? null) : null);
  return { page, from: value === undefined && isSame ? before.from : wish.from, asked: { isSlow: page === null && asked.isSlow, error } };
}
