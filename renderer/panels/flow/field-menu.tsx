import { useState } from 'react';
import { rowEntries } from '../../commands/use-as-filter.ts';
import type { MessageRow } from '../../model/rows.ts';
import { useApp } from '../../stores/app-context.ts';
import { ContextMenu } from '../../widgets/menu.tsx';

/** A menu at a message: whose, and of which of its fields; null for all of them. */
interface AskedMenu {
  readonly row: MessageRow;
  readonly field: string | null;
  readonly at: { readonly x: number; readonly y: number };
}

/** The menu with which a field of a message becomes part of the filter. */
export function useFieldMenu(): { readonly menu: React.ReactNode; ask(asked: AskedMenu): void } {
  const app = useApp();
  const [asked, setAsked] = useState<AskedMenu | null>(null);
  return {
    ask: setAsked,
    menu: asked !== null && (
      <ContextMenu
        label="Use as filter"
        at={asked.at}
        entries={rowEntries(app, app.world.getState().world, asked.row, asked.field)}
        onClose={() => setAsked(null)}
      />
    ),
  };
}
