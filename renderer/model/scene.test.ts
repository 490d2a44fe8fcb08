import { describe, expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { NO_FILTER, parseFilter } from './filter.ts';
import { parentOf } from './lookup.ts';
import { fixtureRun, seeded } from './run.fixture.ts';
import { columnFrom, Flag, layOut } from './scene.ts';
import { emptyWorld, reduce } from './world.ts';

const told = fixtureRun({ processes: 5, messages: 500, random: seeded(11) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const all = layOut(world, { filter: NO_FILTER, only: null, axis: 'order' });

describe('layOut', () => {
  it('has a lane for the outside and one per process, in order of spawn', () => {
    expect(all.lanes.map((lane) => lane.process)).toEqual([null, ...world.processes.map((process) => process.id)]);
    expect(all.lanes.map((lane) => lane.color)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const lane of all.lanes.slice(1)) expect(all.rows[lane.start]).toMatchObject({ to: lane.process, slot: 0 });
  });
  it('gives every message a column of its own and starts arrows at their cause', () => {
    let caused = 0;
    for (const [column, row] of all.rows.entries()) {
      expect(all.x[column]).toBe(column);
      const parent = parentOf(world, row);
      if (parent === null) continue;
      caused += 1;
      expect(all.rows[all.cause[column] ?? -1]).toBe(parent);
      expect(all.fromX[column]).toBeLessThan(column);
      // A line on the lane itself meets no other dot of that lane.
      const between = all.rows.slice((all.cause[column] ?? 0) + 1, column).some((one) => one.slot !== null && one.to === parent.to);
      expect((all.track[column] ?? 0) > 0).toBe(between);
    }
    expect(caused).toBeGreaterThan(100);
  });
  it('never lets time fall', () => {
    const { x, fromX } = layOut(world, { filter: NO_FILTER, only: null, axis: 'time' });
    for (let column = 1; column < x.length; column += 1) expect(x[column] ?? 0).toBeGreaterThanOrEqual(x[column - 1] ?? 0);
    for (let column = 0; column < x.length; column += 1) expect(fromX[column] ?? 0).toBeLessThanOrEqual(x[column] ?? 0);
  });
  it('shows only what talked with a process', () => {
    const only = world.processes[2]?.id ?? null;
    const scene = layOut(world, { filter: NO_FILTER, only, axis: 'order' });
    expect(scene.rows).toEqual(world.messages.filter((row) => row.to === only || row.from === only));
    expect(scene.total).toBe(world.messages.length);
    for (const [place, column] of scene.columnAt.entries()) if (column >= 0) expect(scene.rows[column]?.at).toBe(place);
  });
  it('flags what is drawn otherwise', () => {
    const scene = layOut(world, { filter: parseFilter('error'), only: null, axis: 'order' });
    expect(scene.rows.length).toBeGreaterThan(0);
    for (const flags of scene.flags) expect(flags & Flag.trouble).toBe(Flag.trouble);
  });
  it('finds the first column at a place', () => {
    expect(columnFrom(all, -5)).toBe(0);
    expect(columnFrom(all, 10.5)).toBe(11);
    expect(columnFrom(all, 1e9)).toBe(all.rows.length);
  });
});
