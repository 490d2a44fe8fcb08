import { useState } from 'react';
import { isApple, showKeys } from '../../commands/keys.ts';
import { rowEntries } from '../../commands/use-as-filter.ts';
import type { MessageRow } from '../../model/rows.ts';
import { useApp, type App } from '../../stores/app-context.ts';
import { ContextMenu, type MenuEntry } from '../../widgets/menu.tsx';

/** A menu at a message: whose, and of which of its fields; null for all of them. */
interface AskedMenu {
  readonly row: MessageRow;
  readonly field: string | null;
  readonly at: { readonly x: number; readonly y: number };
}

/** The menu of a message: what is done most with it, and how one of its fields becomes part of the filter. */
export function useFieldMenu(): { readonly menu: React.ReactNode; ask(asked: AskedMenu): void } {
  const app = useApp();
  const [asked, setAsked] = useState<AskedMenu | null>(null);
  return {
    ask(wanted) {
      // What is done with a message is done with the one in focus.
      app.focus.getState().focusRow(wanted.row);
      setAsked(wanted);
    },
    menu: asked !== null && (
      <ContextMenu
        label="Actions for this message"
        at={asked.at}
        entries={[...rowEntries(app, app.world.getState().world, asked.row, asked.field), ...messageMenu(app)]}
        onClose={() => setAsked(null)}
      />
    ),
  };
}

/** What is done most with one message; all of it are commands. */
function messageMenu(app: App): MenuEntry[] {
  return ['tests.save', 'branch.edit', 'branch.drop', 'time.copyLink'].flatMap((id) => {
    const command = app.commands.find(id);
    if (command === null) return [];
    const keys = command.keys === undefined ? {} : { keys: showKeys(command.keys, isApple()) };
    return [{ id, title: command.title, ...keys, isDisabled: !app.commands.isEnabled(id), run: () => void app.commands.run(id) }];
  });
}
