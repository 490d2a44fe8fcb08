/** `AbortSignal.any`; the Node inside the oldest Electron does not have it, and there the listeners stay as long as the signals do. */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  if ('any' in AbortSignal) return AbortSignal.any([...signals]);
  const own = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) own.abort(signal.reason);
    else signal.addEventListener('abort', () => own.abort(signal.reason), { once: true, signal: own.signal });
  }
  return own.signal;
}
