/**
 * True when a request's Host header names this machine itself, with any port. Everything else is refused, so that a
 * page of a foreign site whose name has been pointed at 127.0.0.1 (DNS rebinding) gets nothing.
 */
export function isLoopbackHost(host: string | null | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host ?? '');
}
