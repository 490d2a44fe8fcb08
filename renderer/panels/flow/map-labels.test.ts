import { expect, it } from 'vitest';
import { LABEL, labelSides, type LabelSide, type LabelWish } from './map-labels.ts';
import { DOT } from './map-shape.ts';

/** Fifty in five rows, closer than their names are long. */
const WISHES: readonly LabelWish[] = Array.from({ length: 50 }, (_, index) => ({
  id: `p${index}`,
  name: `trader-${index + 1}`,
  place: { x: (index % 10) * 60 + (index % 3) * 7, y: Math.floor(index / 10) * 24 + (index % 4) * 3 },
  isNear: index < 5,
}));

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function boxOf({ name, place }: LabelWish, side: LabelSide): Box {
  const width = name.length * LABEL.letter;
  const middle = {
    left: place.x - width / 2,
    right: place.x + width / 2,
    top: place.y - LABEL.height / 2,
    bottom: place.y + LABEL.height / 2,
  };
  const aside = width / 2 + DOT.width / 2 + LABEL.gap;
  const down = (DOT.height + LABEL.height) / 2;
  const by = { right: [aside, 0], left: [-aside, 0], below: [0, down], above: [0, -down] }[side];
  const [dx = 0, dy = 0] = by;
  return { left: middle.left + dx, right: middle.right + dx, top: middle.top + dy, bottom: middle.bottom + dy };
}

it('names on a crowded map never cover each other, and those that stand out come first', () => {
  const sides = labelSides(WISHES, 1);
  expect(WISHES.slice(0, 5).filter(({ id }) => sides.has(id))).toHaveLength(5);
  expect(sides.size).toBeGreaterThan(20);
  const boxes = WISHES.flatMap((wish) => {
    const side = sides.get(wish.id);
    return side === undefined ? [] : [boxOf(wish, side)];
  });
  for (const [at, a] of boxes.entries())
    for (const b of boxes.slice(at + 1)) expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
});

it('with more room more names are written', () => {
  expect(labelSides(WISHES, 0.4).size).toBe(WISHES.length);
});
