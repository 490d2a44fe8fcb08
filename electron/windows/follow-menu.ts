import { Menu } from 'electron';
import type { Hub } from '../../node/host/hub.ts';
import { menuTemplate, type MenuActs, type MenuKnown } from './menu.ts';

/** Sets the native menu at once, and anew when the person chooses other keys or opens another project. */
export function followMenu(running: Promise<{ readonly hub: Hub }>, acts: MenuActs): void {
  const set = (known: MenuKnown): void => Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, acts, known)));
  set({ keys: {}, recent: [] });
  void running.then(
    ({ hub }) => {
      const again = async (): Promise<void> => {
        const [{ value }, { projects }] = await Promise.all([hub.ask('shell.recall', { key: 'keys' }), hub.ask('project.recent', {})]);
        set({ keys: Object.fromEntries(Object.entries(typeof value === 'object' && value !== null ? value : {})), recent: projects });
      };
      // A menu that is not up to date is no reason to tell anybody.
      const renew = (): void => void again().catch(() => undefined);
      hub.on('settings.changed', ({ key }) => {
        if (key === 'keys') renew();
      });
      hub.on('project.changed', renew);
      renew();
    },
    () => undefined,
  );
}
