import type { MapPlace } from '../../stores/map-store.ts';
import { DOT } from './map-shape.ts';

/** On which side of its dot a name stands. */
export type LabelSide = 'right' | 'left' | 'below' | 'above';

/** One who would like its name written. */
export interface LabelWish {
  readonly id: string;
  readonly name: string;
  readonly place: MapPlace;
  /** It stands out: where there is no other room, its name may cover the dots of those who do not. */
  readonly isNear: boolean;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** As the style sheet writes them, px. */
export const LABEL = { height: 12, letter: 5.9, gap: 4, lettersMax: 16 };
const SIDES: readonly LabelSide[] = ['right', 'below', 'left', 'above'];

/**
 * The side on which each name finds room, the first wish first; who finds none has no name on the map. No name covers
 * another.
 * @param unit a pixel in the units of the places
 */
export function labelSides(wishes: readonly LabelWish[], unit: number): ReadonlyMap<string, LabelSide> {
  const dots = wishes.map(({ place }) => around(place, DOT.width / 2, unit));
  const nearDots = dots.filter((_, at) => wishes[at]?.isNear);
  const names: Box[] = [];
  const sides = new Map<string, LabelSide>();
  for (const { id, name, place, isNear } of wishes) {
    const boxes = SIDES.map((side) => ({ side, box: labelBox(place, name, side, unit) }));
    const among = (taken: readonly Box[]): (typeof boxes)[number] | undefined =>
      boxes.find(({ box }) => ![...taken, ...names].some((other) => isOver(box, other)));
    const found = among(dots) ?? (isNear ? among(nearDots) : undefined);
    if (found === undefined) continue;
    names.push(found.box);
    sides.set(id, found.side);
  }
  return sides;
}

function around({ x, y }: MapPlace, half: number, unit: number): Box {
  return { left: x - half * unit, top: y - half * unit, right: x + half * unit, bottom: y + half * unit };
}

function labelBox({ x, y }: MapPlace, name: string, side: LabelSide, unit: number): Box {
  const width = Math.min(name.length, LABEL.lettersMax) * LABEL.letter;
  const away = DOT.width / 2 + LABEL.gap;
  const isBeside = side === 'right' || side === 'left';
  const left = isBeside ? (side === 'right' ? away : -away - width) : -width / 2;
  const top = isBeside ? -LABEL.height / 2 : side === 'below' ? DOT.height / 2 : -DOT.height / 2 - LABEL.height;
  return { left: x + left * unit, top: y + top * unit, right: x + (left + width) * unit, bottom: y + (top + LABEL.height) * unit };
}

function isOver(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
