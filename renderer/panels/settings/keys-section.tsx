import { useState, useSyncExternalStore } from 'react';
import { isApple, keysOf, showKeys } from '../../commands/keys.ts';
import { chooseKeys } from '../../commands/own-keys.ts';
import type { Command } from '../../commands/registry.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';

/** Every command with its keys, and the way to others. */
export function KeysSection(): React.ReactNode {
  const { commands } = useApp();
  const [text, setText] = useState('');
  // Drawn anew when keys change.
  useSyncExternalStore(commands.onKeys, () => commands.chosen);
  const [isMac] = useState(isApple);
  const shown = commands.all().filter((command) => isMeant(command, text, isMac));
  return (
    <section aria-labelledby="settings-keys">
      <h2 id="settings-keys">Keys</h2>
      <input
        className="field settings-find"
        type="search"
        value={text}
        spellCheck={false}
        aria-label="Look for a command or its keys"
        placeholder="Look for a command or its keys"
        onChange={(event) => setText(event.target.value)}
      />
      {shown.length === 0 ? (
        <p className="faint">No command is called like this.</p>
      ) : (
        <table>
          <tbody>
            {shown.map((command) => (
              <KeyRow key={command.id} command={command} isMac={isMac} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** With nothing looked for, those that have keys: the others are many. */
function isMeant({ title, category, keys }: Command, text: string, isMac: boolean): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return keys !== undefined;
  const told = `${category} ${title} ${keys === undefined ? '' : showKeys(keys, isMac)}`.toLowerCase();
  return wanted.split(/\s+/).every((word) => told.includes(word));
}

function KeyRow({ command, isMac }: { readonly command: Command; readonly isMac: boolean }): React.ReactNode {
  const app = useApp();
  const { id, title, category, keys } = command;
  const own = app.commands.ownKeys(id);
  const isChosen = Object.hasOwn(app.commands.chosen, id);
  const { isPressing, isRefused, toggle, onKeyDown, stop, take } = useChosenKeys(command, isMac);
  const give = (to: null | undefined): void => {
    const work = to === undefined && own !== undefined ? take(own) : chooseKeys(app.link, app.commands, id, to);
    work.catch(app.ui.getState().fail);
  };
  return (
    <tr>
      <td>
        <span className="faint">{category}</span> {title}
      </td>
      <td>
        <button
          type="button"
          className="settings-key"
          aria-pressed={isPressing}
          data-takes-keys={isPressing || undefined}
          aria-label={
            isPressing
              ? `Press the keys for ${title}; Escape leaves them`
              : `Keys of ${title}: ${keys === undefined ? 'none' : showKeys(keys, isMac)}. Press to choose others`
          }
          onClick={toggle}
          onKeyDown={onKeyDown}
          onBlur={stop}
        >
          {isPressing ? 'Press the keys; Esc leaves them' : keys === undefined ? '—' : <kbd>{showKeys(keys, isMac)}</kbd>}
        </button>
      </td>
      <td>
        {isRefused && (
          <span className="faint" role="status">
            Take Ctrl, Alt or an F key with it.
          </span>
        )}
        {keys !== undefined && (
          <Button look="quiet" isSmall onClick={() => give(null)} aria-label={`Take the keys from ${title}`}>
            Remove
          </Button>
        )}
        {isChosen && (
          <Button look="quiet" isSmall onClick={() => give(undefined)} aria-label={`Give ${title} its own keys again`}>
            Reset{own === undefined ? '' : ` to ${showKeys(own, isMac)}`}
          </Button>
        )}
      </td>
    </tr>
  );
}

interface ChosenKeys {
  /** The next keys that are pressed are the command's. */
  readonly isPressing: boolean;
  /** What was pressed last cannot stand for a command. */
  readonly isRefused: boolean;
  /** Gives it these keys, once the person agrees where another has them. */
  take(keys: string): Promise<void>;
  toggle(): void;
  stop(): void;
  onKeyDown(event: React.KeyboardEvent): void;
}

function useChosenKeys({ id, title }: Command, isMac: boolean): ChosenKeys {
  const app = useApp();
  const [isPressing, setPressing] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const end = (): void => {
    setPressing(false);
    setRefused(false);
  };
  const take = async (keys: string): Promise<void> => {
    const other = app.commands.all().find((one) => one.keys === keys && one.id !== id);
    const sentence = `${showKeys(keys, isMac)} stands for “${other?.title ?? ''}” now.`;
    if (other !== undefined && (await app.ui.getState().askPerson(sentence, [`Give it to “${title}”`])) === null) return;
    await chooseKeys(app.link, app.commands, id, keys);
  };
  return {
    isPressing,
    isRefused,
    take,
    toggle: () => (isPressing ? end() : setPressing(true)),
    stop: end,
    onKeyDown(event) {
      if (!isPressing || event.key === 'Tab') return;
      event.preventDefault();
      event.stopPropagation();
      const keys = keysOf(event.nativeEvent, isMac);
      if (event.key !== 'Escape' && keys === null) {
        setRefused(event.key.length === 1);
        return;
      }
      end();
      if (event.key !== 'Escape' && keys !== null) void take(keys).catch(app.ui.getState().fail);
    },
  };
}
