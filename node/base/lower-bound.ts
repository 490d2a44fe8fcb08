/**
 * The first place from 0 on that lies no longer before what is looked for, found by halving; `count` where all do.
 * @param isBefore true for the places up to some one, false from there on.
 */
export function lowerBound(count: number, isBefore: (place: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
