import { Command } from 'cmdk';
import { Clock3, Cpu, FileCode2, Link2, SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { isApple, showKeys } from '../../commands/keys.ts';
import { parseFocusLink } from '../../model/focus.ts';
import { nameOf } from '../../model/lookup.ts';
import { shortId } from '../../widgets/short-id.ts';
import { useApp } from '../../stores/app-context.ts';
import type { PaletteMode } from '../../stores/ui-store.ts';
import './palette.css';
import { findItem, parseSlot } from './find.ts';

const HINTS: Readonly<Record<PaletteMode, string>> = {
  all: 'Search files, processes, ids, slots and commands',
  commands: 'Run a command',
  files: 'Go to a file',
};

/** One box to reach everything: commands, files, processes, a slot by number, an item by its id. */
export function Palette(): React.ReactNode {
  const app = useApp();
  const mode = useStore(app.ui, (state) => state.palette);
  return mode === null ? null : <OpenPalette mode={mode} />;
}

function OpenPalette({ mode }: { readonly mode: PaletteMode }): React.ReactNode {
  const app = useApp();
  const [text, setText] = useState('');
  const [isMac] = useState(isApple);
  const entries = useStore(app.workspace, (state) => state.entries);
  const world = useStore(app.world, (state) => state.world);
  const focused = useStore(app.focus, (state) => state.focus.process);
  const { closePalette } = app.ui.getState();
  const pick = (run: () => void): void => {
    closePalette();
    run();
  };
  const isCommandsOnly = mode === 'commands' || text.startsWith('>');
  const slot = mode === 'all' ? parseSlot(text) : null;
  const item = mode === 'all' ? findItem(world, text) : null;
  const link = parseFocusLink(text) === null ? null : text;
  const row = focused === null ? undefined : world.processById.get(focused);
  const commands = mode === 'files' ? [] : app.commands.all().filter((command) => app.commands.isEnabled(command.id));

  return (
    <Command.Dialog
      open
      onOpenChange={(isOpen) => !isOpen && closePalette()}
      label={HINTS[mode]}
      overlayClassName="palette-backdrop"
      contentClassName="palette"
      loop
    >
      <Command.Input value={text} onValueChange={setText} placeholder={HINTS[mode]} />
      <Command.List>
        <Command.Empty>Nothing here has that name.</Command.Empty>
        {(slot !== null || item !== null || link !== null) && (
          <Command.Group heading="Go to" forceMount>
            {slot !== null && row !== undefined && slot <= row.slotLatest && (
              <Command.Item forceMount value={`${text} slot`} onSelect={() => pick(() => app.focus.getState().toSlot(slot))}>
                <Clock3 size={14} aria-hidden /> Slot {slot} of {nameOf(world, row.id)}
              </Command.Item>
            )}
            {link !== null && (
              <Command.Item forceMount value={text} onSelect={() => pick(() => void app.commands.run('time.openLink', link))}>
                <Link2 size={14} aria-hidden /> What this link points at
              </Command.Item>
            )}
            {item !== null && (
              <Command.Item forceMount value={`${text} item`} onSelect={() => pick(() => app.focus.getState().focusRow(item))}>
                <Clock3 size={14} aria-hidden /> Message {item.action ?? ''} {item.id === null ? '' : shortId(item.id)}
              </Command.Item>
            )}
          </Command.Group>
        )}
        {!isCommandsOnly && (
          <Command.Group heading="Files">
            {entries
              .filter((entry) => entry.kind === 'file')
              .map((entry) => (
                <Command.Item
                  key={entry.path}
                  value={`file ${entry.path}`}
                  onSelect={() => pick(() => app.ui.getState().dock?.openFile(entry.path))}
                >
                  <FileCode2 size={14} aria-hidden /> {entry.path}
                </Command.Item>
              ))}
          </Command.Group>
        )}
        {mode === 'all' && !isCommandsOnly && (
          <Command.Group heading="Processes">
            {world.processes.map((one) => (
              <Command.Item
                key={one.id}
                value={`process ${nameOf(world, one.id)} ${one.id}`}
                onSelect={() => pick(() => app.focus.getState().setFocus({ process: one.id, slot: null }))}
              >
                <Cpu size={14} aria-hidden /> {nameOf(world, one.id)}{' '}
                <span className="palette-more mono">
                  {shortId(one.id)} · {one.messages} slots
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {commands.length > 0 && (
          <Command.Group heading="Commands">
            {commands.map((command) => (
              <Command.Item
                key={command.id}
                value={`${isCommandsOnly && text.startsWith('>') ? '> ' : ''}${command.category}: ${command.title} ${command.id}`}
                onSelect={() => pick(() => void app.commands.run(command.id))}
              >
                <SquareTerminal size={14} aria-hidden /> <span className="palette-category">{command.category}</span> {command.title}
                {command.keys !== undefined && <kbd>{showKeys(command.keys, isMac)}</kbd>}
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  );
}
