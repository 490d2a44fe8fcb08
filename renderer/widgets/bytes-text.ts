const UNITS = ['KiB', 'MiB', 'GiB'] as const;

/** A number of bytes as a person reads it: `12 B`, `3.5 MiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const step = Math.min(UNITS.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** step).toFixed(1)} ${UNITS[step - 1] ?? ''}`;
}
