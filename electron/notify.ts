import { BrowserWindow, Notification } from 'electron';

/** Shown ones, which would otherwise be collected before they are clicked. */
const shown = new Set<Notification>();

/** Tells the person by the system that something has ended, where they look at something else. @param onClick brings the app before them. */
export function notify(title: string, body: string, onClick: () => void): void {
  if (BrowserWindow.getFocusedWindow() !== null || !Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  shown.add(notification);
  notification.on('click', onClick);
  for (const end of ['click', 'close', 'failed'] as const) notification.on(end as 'click', () => shown.delete(notification));
  notification.show();
}
