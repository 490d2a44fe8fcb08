import { describe, expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { parseFilter, testFor } from './filter.ts';
import { hitsOf } from './hit-rows.ts';
import { parentOf } from './lookup.ts';
import { Flag } from './numbers.ts';
import { fixtureRun, seeded } from './run.fixture.ts';
import { columnFrom, layOut, wholeWish } from './scene.ts';
import { emptyWorld, reduce } from './world.ts';

const told = fixtureRun({ processes: 5, messages: 500, random: seeded(11) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const whole = wholeWish(world);
const all = layOut(world, whole);
const found = (text: string): typeof world.messages => hitsOf(world, testFor(world, parseFilter(text)), null).rows;

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
    const { x, fromX } = layOut(world, { ...whole, axis: 'time' });
    for (let column = 1; column < x.length; column += 1) expect(x[column] ?? 0).toBeGreaterThanOrEqual(x[column - 1] ?? 0);
    for (let column = 0; column < x.length; column += 1) expect(fromX[column] ?? 0).toBeLessThanOrEqual(x[column] ?? 0);
  });
  it('shows only what talked with a process', () => {
    const only = world.processes[2]?.id ?? null;
    const scene = layOut(world, { ...whole, rows: found(`process:${only}`) });
    expect(scene.rows).toEqual(world.messages.filter((row) => row.to === only || row.from === only));
    expect(scene.total).toBe(world.messages.length);
    for (const [place, column] of scene.columnAt.entries()) if (column >= 0) expect(scene.rows[column]?.at).toBe(place);
  });
  it('flags what is drawn otherwise', () => {
    const scene = layOut(world, { ...whole, rows: found('error') });
    expect(scene.rows.length).toBeGreaterThan(0);
    for (const flags of scene.flags) expect(flags & Flag.trouble).toBe(Flag.trouble);
  });
  it('draws through hidden lanes from where it came before, and keeps pinned ones on top', () => {
    const [first, second, third] = world.processes;
    if (first === undefined || second === undefined || third === undefined) throw new Error('too few processes');
    const scene = layOut(world, { ...whole, hidden: new Set([first.id]), pinned: [third.id] });
    expect(scene.lanes.map((lane) => lane.process).slice(0, 3)).toEqual([null, third.id, second.id]);
    expect(scene.rows).toEqual(world.messages.filter((row) => row.to !== first.id));
    let through = 0;
    for (const [column, row] of scene.rows.entries()) {
      const isVia = ((scene.flags[column] ?? 0) & Flag.via) !== 0;
      expect(isVia).toBe(row.from === first.id && parentOf(world, row) !== null);
      if (!isVia) continue;
      let origin = row;
      for (let one = parentOf(world, row); origin.from === first.id && one !== null; one = parentOf(world, one)) origin = one;
      const lane = scene.lanes[scene.from[column] ?? -1];
      expect(lane?.process ?? null).toBe(world.processById.has(origin.from ?? '') ? origin.from : null);
      through += 1;
    }
    expect(through).toBeGreaterThan(5);
  });
  it('finds the first column at a place', () => {
    expect(columnFrom(all, -5)).toBe(0);
    expect(columnFrom(all, 10.5)).toBe(11);
    expect(columnFrom(all, 1e9)).toBe(all.rows.length);
  });
});
