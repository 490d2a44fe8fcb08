import { ipcRenderer } from 'electron';

/** The names agreed with electron/windows/window-link.ts and renderer/link/electron-link.ts. */
const ASK_FOR_LINK = 'aoscope-ask-for-link';
const LINK = 'aoscope-link';

// All that the page gets from here is one message port, with which it can ask what a window may ask.
ipcRenderer.on(LINK, (event) => {
  const [port] = event.ports;
  if (port !== undefined) window.postMessage(LINK, window.location.origin, [port]);
});
// The page's scripts have run by then, so someone listens.
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send(ASK_FOR_LINK), { once: true });
