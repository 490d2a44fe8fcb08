import { Clock, Globe, Wallet, X } from 'lucide-react';
import { memo, useMemo } from 'react';
import { assertNever } from '../../../node/base/assert.ts';
import type { Party, PartyKind, Route } from '../../model/traffic.ts';
import type { MapPlace } from '../../stores/map-store.ts';
import { LABEL, type LabelSide } from './map-labels.ts';
import { DOT, shapeOf, type MapLook } from './map-shape.ts';
import { count } from './words.ts';

interface RouteLineProps {
  readonly route: Route;
  readonly from: MapPlace;
  readonly to: MapPlace;
  /** True where one leads back, too. */
  readonly isPair: boolean;
  readonly look: MapLook;
  /** A pixel in map units. */
  readonly unit: number;
  readonly isFocus: boolean;
  readonly isPicked: boolean;
  readonly isLit: boolean;
  /** False where it stands back behind those that are looked at. */
  readonly isNear: boolean;
  readonly isNew: boolean;
}

/** Everything that one sent another: an arrow with its number, red where something went wrong. */
export const RouteLine = memo(function RouteLine({ route, from, to, isPair, look, unit, ...is }: RouteLineProps): React.ReactNode {
  const { line, head, label } = useMemo(() => shapeOf(from, to, isPair, look, unit), [from, to, isPair, look, unit]);
  if (line === '') return null;
  const classes = [
    'flow-map-route',
    route.errors > 0 && 'has-errors',
    is.isFocus && 'is-focus',
    is.isPicked && 'is-picked',
    is.isLit && 'is-lit',
    !is.isNear && 'is-far',
  ];
  return (
    <g className={classes.filter(Boolean).join(' ')} data-route={route.key}>
      <path className="flow-map-grip" d={line} />
      <path className="flow-map-line" d={line} style={{ strokeWidth: is.isNear ? Math.min(6, 1.2 + Math.log10(route.count) * 1.3) : 1 }} />
      {is.isNear && <path className="flow-map-head" d={head} />}
      {is.isNew && <circle key={route.count} className="flow-map-dot" r={4 * unit} style={{ offsetPath: `path("${line}")` }} />}
      {is.isNear && (
        <text className="flow-map-count" transform={`translate(${label.x} ${label.y}) scale(${unit})`}>
          {count(route.count)}
          {route.errors > 0 && <tspan className="flow-map-errors"> ✖{count(route.errors)}</tspan>}
        </text>
      )}
    </g>
  );
});

interface PartyBoxProps {
  readonly party: Party;
  readonly x: number;
  readonly y: number;
  readonly look: MapLook;
  readonly unit: number;
  readonly isFocus: boolean;
  readonly isPicked: boolean;
  readonly isOnly: boolean;
  /** False where it stands back behind those that are looked at. */
  readonly isNear: boolean;
  /** Where its name stands while it is a dot; null where there is no room for it. */
  readonly side: LabelSide | null;
  readonly isStopped: boolean;
}

/** One who takes part: a process in its colour, or a wallet, the clock, the gateway. */
export const PartyBox = memo(function PartyBox({ party, x, y, look, unit, side, isStopped, ...is }: PartyBoxProps): React.ReactNode {
  const colour = party.color === 0 ? 'var(--text-dim)' : `var(--lane-${party.color})`;
  const classes = [
    'flow-map-party',
    `is-${party.kind}`,
    `is-${look.kind}`,
    is.isFocus && 'is-focus',
    is.isPicked && 'is-picked',
    is.isOnly && 'is-only',
    !is.isNear && 'is-far',
    isStopped && 'is-stopped',
  ];
  const [left, top] = [-look.width / 2, -look.height / 2];
  return (
    <g
      className={classes.filter(Boolean).join(' ')}
      data-party={party.id}
      transform={`translate(${x} ${y}) scale(${unit})`}
      style={{ '--lane': colour } as React.CSSProperties}
    >
      <title>{`${party.name}: ${factsOf(party)}`}</title>
      <rect
        className="flow-map-box"
        x={left}
        y={top}
        width={look.width}
        height={look.height}
        rx={party.kind === 'process' ? Math.min(7, look.height / 3) : look.height / 2}
      />
      <Words party={party} look={look} side={side} left={left} top={top} />
    </g>
  );
});

interface WordsProps {
  readonly party: Party;
  readonly look: MapLook;
  readonly side: LabelSide | null;
  readonly left: number;
  readonly top: number;
}

function Words({ party, look, side, left, top }: WordsProps): React.ReactNode {
  const { name, kind } = party;
  const Picture = PICTURES[kind];
  switch (look.kind) {
    case 'dot':
      return side === null ? null : (
        <text className="flow-map-name is-small" {...LABEL_AT[side]}>
          {cut(name, LABEL.lettersMax)}
        </text>
      );
    case 'name':
      return (
        <>
          <rect className="flow-map-bar" x={left + 4} y={top + 4} width={3} height={look.height - 8} rx={1.5} />
          <text className="flow-map-name" x={left + 12} y={4}>
            {cut(name, 13)}
          </text>
        </>
      );
    case 'full':
      return (
        <>
          <rect className="flow-map-bar" x={left + 5} y={top + 7} width={4} height={look.height - 14} rx={2} />
          {Picture !== null && <Picture x={left + 15} y={top + 5} width={12} height={12} />}
          <text className="flow-map-name" x={left + (Picture === null ? 16 : 31)} y={top + 16}>
            {cut(name, 17)}
          </text>
          <text className="flow-map-facts" x={left + 16} y={top + 31}>
            {factsOf(party)}
            {party.errors > 0 && <tspan className="flow-map-errors"> · {count(party.errors)} ✖</tspan>}
          </text>
        </>
      );
    default:
      return assertNever(look.kind);
  }
}

const BESIDE = DOT.width / 2 + LABEL.gap;
/** The baseline of a name is so far below its middle. */
const BASE = 3.5;
const LABEL_AT: Readonly<Record<LabelSide, { readonly x: number; readonly y: number; readonly textAnchor: 'start' | 'middle' | 'end' }>> = {
  right: { x: BESIDE, y: BASE, textAnchor: 'start' },
  left: { x: -BESIDE, y: BASE, textAnchor: 'end' },
  below: { x: 0, y: DOT.height / 2 + LABEL.height / 2 + BASE, textAnchor: 'middle' },
  above: { x: 0, y: -DOT.height / 2 - LABEL.height / 2 + BASE, textAnchor: 'middle' },
};

function cut(name: string, most: number): string {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

function factsOf({ sent, got }: Party): string {
  if (got === 0) return `sent ${count(sent)}`;
  if (sent === 0) return `got ${count(got)}`;
  return `got ${count(got)}, sent ${count(sent)}`;
}

const PICTURES: Readonly<Record<PartyKind, typeof Wallet | null>> = {
  process: null,
  wallet: Wallet,
  cron: Clock,
  gateway: Globe,
  nowhere: X,
};
