import { Bookmark, ChevronDown, ChevronUp, ListFilter } from 'lucide-react';
import { memo, useState } from 'react';
import { useStore } from 'zustand';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { MenuButton, type MenuEntry } from '../../widgets/menu.tsx';
import { QueryField } from './query-field.tsx';
import { count, messages } from './words.ts';

/** What is looked for among the messages, how many there are, and the way from one to the next. */
export const QueryBar = memo(function QueryBar({ onLeave }: { onLeave(): void }): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  const isFiltered = useStore(app.flow, (state) => state.hits.marks !== null);
  const isNarrow = useStore(app.flow, (state) => state.isNarrow);
  const [isNaming, setNaming] = useState(false);
  const run = (command: string): void => void app.commands.run(command);
  return (
    <div className="flow-query-bar" role="search" aria-label="Messages">
      {isNaming ? <NameField onDone={() => setNaming(false)} /> : <QueryField onLeave={onLeave} />}
      <Found />
      <span className="flow-query-tools">
        <Button
          look="quiet"
          isSmall
          isIcon
          label={withKeys('Previous message found', 'flow.previousHit')}
          disabled={!isFiltered}
          onClick={() => run('flow.previousHit')}
        >
          <ChevronUp size={14} />
        </Button>
        <Button
          look="quiet"
          isSmall
          isIcon
          label={withKeys('Next message found', 'flow.nextHit')}
          disabled={!isFiltered}
          onClick={() => run('flow.nextHit')}
        >
          <ChevronDown size={14} />
        </Button>
        <button
          type="button"
          className="flow-toggle"
          aria-pressed={isNarrow}
          title={isNarrow ? 'Only what is found is shown: mark it among all' : 'All are shown, with what is found marked: show only that'}
          onClick={() => run('flow.marked')}
        >
          <ListFilter size={13} aria-hidden /> Only these
        </button>
        <Searches onName={() => setNaming(true)} />
      </span>
    </div>
  );
});

function Found(): React.ReactNode {
  const app = useApp();
  const hits = useStore(app.flow, (state) => state.hits);
  const log = useStore(app.flow, (state) => state.log);
  const total = useStore(app.world, (state) => state.world.messages.length);
  return (
    <span className="flow-count" role="status" title={log.isRunning ? 'The log is being searched' : undefined}>
      {hits.marks === null ? messages(total) : `${count(hits.rows.length)} of ${count(total)}`}
      {log.isRunning && ' …'}
    </span>
  );
}

/** Searches that were saved under a name, and those used lately. */
function Searches({ onName }: { onName(): void }): React.ReactNode {
  const app = useApp();
  const { saved, recent } = useStore(app.flow, (state) => state.memory);
  const text = useStore(app.flow, (state) => state.filter.text.trim());
  const { forget } = app.flow.getState();
  const take = (wanted: string): void => void app.commands.run('flow.search', wanted);
  const own = saved.find((one) => one.text === text);
  const entries: MenuEntry[] = [
    { id: 'save', title: 'Save this search …', isDisabled: text === '' || own !== undefined, run: onName },
    ...(own === undefined ? [] : [{ id: 'forget', title: `Forget ${own.name}`, isDanger: true, run: () => forget(own.name) }]),
    ...saved.map(({ name, text: wanted }): MenuEntry => ({
      id: `saved ${name}`,
      title: name,
      keys: short(wanted),
      run: () => take(wanted),
    })),
    ...recent
      .filter((one) => !saved.some((other) => other.text === one))
      .map((wanted): MenuEntry => ({ id: `recent ${wanted}`, title: short(wanted), keys: 'recent', run: () => take(wanted) })),
  ];
  return (
    <MenuButton label="Saved searches" entries={entries}>
      <Bookmark size={13} {...(own === undefined ? {} : { fill: 'currentColor' })} />
    </MenuButton>
  );
}

function short(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

/** Takes the place of the filter while it is given a name. */
function NameField({ onDone }: { onDone(): void }): React.ReactNode {
  const app = useApp();
  const [name, setName] = useState('');
  return (
    <form
      className="flow-query"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') app.flow.getState().save(name.trim());
        onDone();
      }}
    >
      <Bookmark size={13} aria-hidden />
      <input
        // The person has just asked for it.
        autoFocus
        value={name}
        maxLength={60}
        aria-label="Name of the search"
        placeholder="Name this search and press Enter"
        onChange={(event) => setName(event.target.value)}
        onBlur={onDone}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onDone();
        }}
      />
    </form>
  );
}
