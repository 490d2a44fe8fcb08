import { expect, it } from 'vitest';
import { lookFor } from './map-shape.ts';
import { placesFor, type MapAnswer, type MapWish } from './map-layout.ts';

const BOX = lookFor([], 1).look;
const ring = (count: number, first = 0): readonly string[] => Array.from({ length: count }, (_, index) => `p${first + index}`);
const routesOf = (ids: readonly string[]): MapWish['routes'] => ids.map((id, index) => [id, ids[(index * 7 + 1) % ids.length] ?? id]);

function overlaps(places: MapAnswer): number {
  let found = 0;
  for (const [at, [, x, y]] of places.entries())
    for (const [, otherX, otherY] of places.slice(at + 1))
      if (Math.abs(x - otherX) < BOX.width && Math.abs(y - otherY) < BOX.height) found += 1;
  return found;
}

it('gives everybody a place of their own, the same each time', () => {
  for (const count of [1, 2, 9, 60, 300]) {
    const ids = ring(count);
    const wish = { placed: [], missing: ids, routes: routesOf(ids), aspect: 3 };
    const places = placesFor(wish);
    expect(places.map(([id]) => id)).toEqual(ids);
    expect(overlaps(places)).toBe(0);
    expect(placesFor(wish)).toEqual(places);
  }
});

it('who comes later stands beside the others without moving or covering them', () => {
  const first = ring(12);
  const placed = placesFor({ placed: [], missing: first, routes: routesOf(first), aspect: 3 });
  const later = ring(20, 12);
  const routes = [...routesOf(first), ...later.map((id): [string, string] => ['p3', id])];
  const added = placesFor({ placed, missing: later, routes, aspect: 3 });
  expect(added.map(([id]) => id)).toEqual(later);
  expect(overlaps([...placed, ...added])).toBe(0);
});
