import { useEffect, useEffectEvent, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { TimeRange } from '../../model/hit-rows.ts';
import { whoGets, whoOf } from '../../model/own-wallets.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { Scene } from '../../model/scene.ts';
import type { World } from '../../model/world.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import type { Lit } from './draw.ts';
import { LaneHeads } from './lane-heads.tsx';
import { readPalette } from './palette.ts';
import { createSurface, type Hover, type Surface } from './surface.ts';
import { START, type View } from './view.ts';
import { describe } from './words.ts';

/** What the toolbar may ask of the canvas. */
export interface CanvasActions {
  goLive(): void;
  fit(): void;
  zoom(factor: number): void;
}

interface FlowCanvasProps {
  /** Number of the project, as the world store counts them. */
  readonly generation: number;
  readonly ref: React.Ref<CanvasActions>;
  readonly world: World;
  readonly scene: Scene;
  readonly focus: MessageRow | null;
  /** Changes when the person moved the focus: then it is brought into view. */
  readonly focusKey: string;
  readonly lit: Lit | null;
  /** Messages that somebody wrote about. */
  readonly noted: ReadonlySet<MessageRow>;
  readonly range: TimeRange | null;
  onPick(row: MessageRow): void;
  onRange(range: TimeRange): void;
  onMenu(row: MessageRow, at: { readonly x: number; readonly y: number }): void;
  onLive(isLive: boolean): void;
  onKey(event: React.KeyboardEvent): void;
}

/** The space–time view: lanes with their heads, and the canvas. */
export function FlowCanvas({
  ref,
  generation,
  world,
  scene,
  focus,
  focusKey,
  lit,
  noted,
  range,
  onPick,
  onRange,
  onMenu,
  onLive,
  onKey,
}: FlowCanvasProps): React.ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const surface = useRef<Surface | null>(null);
  const [view, setView] = useState<View>(START);
  const [hover, setHover] = useState<Hover | null>(null);
  const pick = useEffectEvent(onPick);
  const live = useEffectEvent(onLive);
  const choose = useEffectEvent(onRange);
  const menu = useEffectEvent(onMenu);
  const painted = useEffectEvent(() => markFirstMessage(generation));

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const made = createSurface(element, {
      onView: (next) => {
        setView(next);
        live(next.isLive);
      },
      onHover: setHover,
      onPick: (row) => pick(row),
      onRange: (chosen) => choose(chosen),
      onMenu: (row, at) => menu(row, at),
      onPainted: () => painted(),
    });
    surface.current = made;
    const readTheme = (): void => made.setPalette(readPalette());
    readTheme();
    const theme = new MutationObserver(readTheme);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    void document.fonts.ready.then(readTheme);
    return () => {
      theme.disconnect();
      made.destroy();
      surface.current = null;
    };
  }, []);
  useEffect(() => surface.current?.setScene(scene), [scene]);
  useEffect(() => surface.current?.setMarks(focus, lit, noted), [focus, lit, noted]);
  useEffect(() => surface.current?.setRange(range), [range]);
  const reveal = useEffectEvent(() => {
    if (focus !== null) surface.current?.reveal(focus);
  });
  useEffect(() => {
    if (focusKey === '') surface.current?.letGo();
    else reveal();
  }, [focusKey]);
  useImperativeHandle(
    ref,
    () => ({
      goLive: () => surface.current?.goLive(),
      fit: () => surface.current?.fit(),
      zoom: (factor) => surface.current?.zoom(factor),
    }),
    [],
  );

  const own = useOwnWallets();
  const said = useMemo(() => (focus === null ? '' : describe(world, focus, own)), [world, focus, own]);
  return (
    <div className="flow-stage">
      <LaneHeads scene={scene} view={view} world={world} />
      <div className="flow-plot">
        <canvas
          ref={canvas}
          className="flow-canvas"
          tabIndex={0}
          role="application"
          aria-label="Space–time view of the messages"
          aria-roledescription="message diagram"
          aria-describedby="flow-keys"
          onKeyDown={onKey}
        />
        <p id="flow-keys" className="hidden-text">
          Arrow keys go along the messages, with Shift they choose a range of time, H and L go to the cause and into what it caused, J and K
          along its siblings, N to the next message found, bracket keys to errors, F uses its fields as a filter. The Table shows the same
          as text.
        </p>
        <p className="hidden-text" aria-live="polite">
          {said}
        </p>
        {hover !== null && <Tip world={world} hover={hover} width={view.width} height={view.height} />}
      </div>
    </div>
  );
}

function Tip({
  world,
  hover,
  width,
  height,
}: {
  readonly world: World;
  readonly hover: Hover;
  readonly width: number;
  readonly height: number;
}): React.ReactNode {
  const own = useOwnWallets();
  const { row, px, py } = hover;
  const isLow = py > height - 110;
  const style = {
    left: Math.max(4, Math.min(width - 264, px + 14)),
    ...(isLow ? { bottom: height - py + 12 } : { top: py + 14 }),
  };
  return (
    <div className="flow-tip" style={style} role="presentation">
      <div className="flow-tip-head">
        <b>{row.type === 'Process' ? `Spawn ${row.name ?? ''}` : (row.action ?? 'no action')}</b>
        <span className={`flow-status is-${row.status}`}>{row.status}</span>
      </div>
      <div className="dim">
        {whoOf(world, row.from, own)} → {whoGets(world, row.to, own)}
        {row.slot !== null && ` · slot ${row.slot}`}
        {row.cron !== null && ` · before slot ${row.cron.slot}`}
        {row.evaluatedAtMs !== null && ` · ${row.durationMs.toFixed(1)} ms`}
      </div>
      {row.error !== null ? (
        <div className="flow-tip-error">{row.error.slice(0, 160)}</div>
      ) : (
        row.preview !== null && row.preview.trim() !== '' && <div className="flow-tip-data mono">{row.preview.slice(0, 120)}</div>
      )}
    </div>
  );
}

const FIRST_MESSAGE = 'aoscope:first-message';
let markedGeneration = -1;

/** Once per project: when a person could first see a message. */
function markFirstMessage(generation: number): void {
  if (generation === markedGeneration) return;
  markedGeneration = generation;
  performance.mark(FIRST_MESSAGE);
}
