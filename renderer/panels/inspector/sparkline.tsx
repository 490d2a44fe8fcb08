import type { HistoryHit } from '../../../node/contract/recording.ts';

interface SparklineProps {
  /** Changes, the newest first. */
  readonly hits: readonly HistoryHit[];
  readonly slot: number;
  readonly latest: number;
  onSlot(slot: number): void;
}

const WIDTH = 300;
const HEIGHT = 34;

/** A value over the slots: steps where it is a number, marks where it is not. The list of changes tells the same. */
export function Sparkline({ hits, slot, latest, onSlot }: SparklineProps): React.ReactNode {
  if (hits.length === 0) return null;
  const x = (at: number): number => (latest === 0 ? WIDTH : (at / latest) * WIDTH);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden
      onClick={(event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect();
        onSlot(Math.round(((event.clientX - left) / width) * latest));
      }}
    >
      <line className="sparkline-here" x1={x(slot)} x2={x(slot)} y1={0} y2={HEIGHT} />
      <Shape hits={hits} x={x} />
    </svg>
  );
}

function Shape({ hits, x }: { readonly hits: readonly HistoryHit[]; x(at: number): number }): React.ReactNode {
  const points = hits.toReversed().map((hit) => ({ slot: hit.slot, value: numberOf(hit.text) }));
  const values = points.map(({ value }) => value).filter((value) => value !== null);
  if (values.length < points.length)
    return points.map((one, index) => (
      <line key={index} className="sparkline-mark" x1={x(one.slot)} x2={x(one.slot)} y1={8} y2={HEIGHT - 8} />
    ));
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const y = (value: number): number => HEIGHT - 4 - ((value - low) / span) * (HEIGHT - 8);
  const path = points
    .map(({ slot, value }, index) => (index === 0 ? `M${x(slot)} ${y(value ?? 0)}` : `H${x(slot)} V${y(value ?? 0)}`))
    .join(' ');
  return (
    <>
      {low < 0 && low + span > 0 && <line className="sparkline-zero" x1={0} x2={WIDTH} y1={y(0)} y2={y(0)} />}
      <path className="sparkline-line" d={`${path} H${WIDTH}`} />
    </>
  );
}

function numberOf(text: string | null): number | null {
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
