/** As `AbortSignal.any`, which the Node inside the oldest Electron does not have: aborted with the reason of the first of them. */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  const own = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) own.abort(signal.reason);
    else signal.addEventListener('abort', () => own.abort(signal.reason), { once: true, signal: own.signal });
  }
  return own.signal;
}
