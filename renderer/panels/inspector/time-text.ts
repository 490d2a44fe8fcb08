/** A time of the protocol as a person reads it, to the ms. */
export function timeText(ms: number): string {
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const;
  return new Date(ms).toLocaleString(undefined, { year: 'numeric', month: 'short', day: 'numeric', ...clock });
}
