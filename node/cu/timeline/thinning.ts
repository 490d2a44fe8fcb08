/** A keyframe as far as thinning cares. */
export interface Thinnable {
  readonly process: string;
  readonly slot: number;
  readonly isFull: boolean;
  readonly bytes: number;
}

/**
 * Which keyframes to let go so that the rest takes at most `bytesMax`: ever sparser towards the past. A keyframe is the
 * more dispensable the smaller the gap is that it leaves, measured against how long ago it was. The newest of a
 * process stays, and so does every one that a later one is the difference to.
 * @param all in order of process and slot.
 */
export function thinned(all: readonly Thinnable[], bytesMax: number): Thinnable[] {
  const gone: Thinnable[] = [];
  let kept = [...all];
  let bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  while (bytes > bytesMax) {
    const round = dispensable(kept).sort((a, b) => a.score - b.score);
    if (round.length === 0) break;
    // At most half of them at once: each that goes changes the scores of its neighbours.
    const now = new Set<Thinnable>();
    for (const { keyframe } of round.slice(0, Math.ceil(round.length / 2))) {
      if (bytes <= bytesMax) break;
      now.add(keyframe);
      gone.push(keyframe);
      bytes -= keyframe.bytes;
    }
    kept = kept.filter((one) => !now.has(one));
  }
  return gone;
}

function dispensable(kept: readonly Thinnable[]): { readonly keyframe: Thinnable; readonly score: number }[] {
  const newest = new Map(kept.map(({ process, slot }) => [process, slot]));
  return kept.flatMap((keyframe, index) => {
    const [before, after] = [kept[index - 1], kept[index + 1]];
    if (after?.process !== keyframe.process || !after.isFull) return [];
    const gap = after.slot - (before?.process === keyframe.process ? before.slot : -1);
    return [{ keyframe, score: gap / ((newest.get(keyframe.process) ?? 0) - keyframe.slot + 1) }];
  });
}
