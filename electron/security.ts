import type { Session, WebContents } from 'electron';

/** What the page may load and run: its own files only. Monaco needs inline styles and workers, the Lua checks wasm. */
export const CONTENT_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ORIGIN = 'app://aoscope';
/** Copying text is all that the page asks of the system. */
const PERMITTED = 'clipboard-sanitized-write';
/** Our own files, what the page makes itself, and the developer tools. */
const LOADABLE = /^(app:\/\/aoscope\/|blob:|data:|devtools:)/;

/** True for an address of our own page. */
export function isOwnPage(url: string): boolean {
  return url.startsWith(`${ORIGIN}/`);
}

/** No permission but copying, and not a byte from anywhere but the app itself. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide) => decide(permission === PERMITTED));
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === PERMITTED && isOwnPage(origin));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !LOADABLE.test(details.url) }));
}

/** The page stays where it is: it opens no window, goes nowhere else and embeds nothing. */
export function hardenContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-navigate', (event, url) => {
    if (!isOwnPage(url)) event.preventDefault();
  });
  contents.on('will-redirect', (event, url) => {
    if (!isOwnPage(url)) event.preventDefault();
  });
}

/** What is looked at of a message from a page (IpcMainEvent). */
interface FromPage {
  /** Null once the frame is gone. */
  readonly senderFrame: { readonly url: string } | null;
  readonly sender: { readonly mainFrame: object };
}

/** True when the main frame of our own page sent this; every message from a page is checked so before it is read. */
export function isOwnSender({ senderFrame, sender }: FromPage): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isOwnPage(senderFrame.url);
}
