/** The theme's colours as the canvas needs them, read once per theme. */
export interface Palette {
  readonly bg: string;
  readonly band: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly text: string;
  readonly dim: string;
  readonly faint: string;
  readonly accent: string;
  readonly error: string;
  readonly warn: string;
  /** By lane colour; 0 is the lane of what comes from outside. */
  readonly lanes: readonly string[];
  /** The same, mixed into the background, for what is not lit. Opaque: canvases without a GPU choke on alpha. */
  readonly lanesDim: readonly string[];
  readonly errorDim: string;
  readonly font: string;
  readonly mono: string;
}

const LANES = 8;
const DIM = 0.72;

/** Reads the variables of the theme. They are read at the root: behind another tab the canvas is no part of the page and has none. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  const bg = read('--bg');
  const lanes = [read('--text-dim'), ...Array.from({ length: LANES }, (_, index) => read(`--lane-${index + 1}`))];
  return {
    bg,
    band: mix(read('--bg-raised'), bg, 0.25),
    line: read('--line'),
    lineStrong: read('--line-strong'),
    text: read('--text'),
    dim: read('--text-dim'),
    faint: read('--text-faint'),
    accent: read('--accent'),
    error: read('--error'),
    warn: read('--warn'),
    lanes,
    lanesDim: lanes.map((color) => mix(color, bg, DIM)),
    errorDim: mix(read('--error'), bg, DIM),
    font: `11px ${read('--font-ui') || 'sans-serif'}`,
    mono: `10px ${read('--font-mono') || 'monospace'}`,
  };
}

/** `#rrggbb`, or `#rgb` as a minifier writes it, as three numbers; black for anything else. */
export function rgbOf(color: string): readonly [number, number, number] {
  const written = /^#([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(color.trim())?.[1] ?? '000000';
  const value = Number.parseInt(written.length === 3 ? written.replaceAll(/./g, '$&$&') : written, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** `share` 0 gives `color`, 1 gives `into`. */
export function mix(color: string, into: string, share: number): string {
  const a = rgbOf(color);
  const b = rgbOf(into);
  const part = (index: 0 | 1 | 2): string =>
    Math.round(a[index] * (1 - share) + b[index] * share)
      .toString(16)
      .padStart(2, '0');
  return `#${part(0)}${part(1)}${part(2)}`;
}
