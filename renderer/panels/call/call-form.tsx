import { FlaskConical, Plus, Send, X } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import type { Tag } from '../../../node/contract/item.ts';
import { kindOf, type CallShape, type Field } from '../../model/call-shapes.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { MenuButton } from '../../widgets/menu.tsx';
import { FieldInput } from './field-input.tsx';
import { WalletChoice } from './wallet-choice.tsx';

interface FormProps {
  readonly process: ProcessId;
  readonly name: string;
  /** What is known of the action that stands there; null for one that is new. */
  readonly shape: CallShape | null;
}

/** Action, tags and data of a message, who signs it, and what to do with it. */
export function CallForm({ process, name, shape }: FormProps): React.ReactNode {
  const app = useApp();
  const draft = useStore(app.call, (state) => state.draftOf(process));
  const { change } = app.call.getState();
  return (
    <form
      aria-label={`A message to ${name}`}
      className="call-form"
      onSubmit={(event) => {
        event.preventDefault();
        void app.commands.run('call.send');
      }}
    >
      <label className="call-row call-action">
        <span>Action</span>
        <input
          className="field"
          value={draft.action}
          spellCheck={false}
          placeholder="What it is to do"
          onChange={(event) => change(process, { action: event.target.value })}
        />
      </label>
      <Tags process={process} fields={shape?.tags ?? []} />
      <div className="call-row call-data">
        <label htmlFor="call-data">Data</label>
        <FieldInput
          id="call-data"
          field={shape?.data ?? { name: 'Data', kind: 'text', values: [] }}
          value={draft.data}
          isLong
          onChange={(data) => change(process, { data })}
        />
      </div>
      <div className="call-row">
        <span />
        <Button isSmall look="quiet" onClick={() => change(process, { tags: [...draft.tags, { name: '', value: '' }] })}>
          <Plus size={12} aria-hidden /> Add a tag
        </Button>
      </div>
      <Doing process={process} />
    </form>
  );
}

/** The tags that the action is known to have, then those that the person adds. */
function Tags({ process, fields }: { readonly process: ProcessId; readonly fields: readonly Field[] }): React.ReactNode {
  const app = useApp();
  const draft = useStore(app.call, (state) => state.draftOf(process));
  const { change } = app.call.getState();
  /** The row whose name is being typed: it stays, whatever it is called on the way. */
  const [naming, setNaming] = useState<number | null>(null);
  const isOwn = ({ name }: Tag): boolean => fields.every((field) => field.name !== name);
  const setField = (field: string, value: string): void => {
    const others = draft.tags.filter((tag) => tag.name !== field);
    change(process, {
      tags:
        draft.tags.length === others.length
          ? [...others, { name: field, value }]
          : draft.tags.map((tag) => (tag.name === field ? { name: field, value } : tag)),
    });
  };
  const setTag = (at: number, tag: Tag): void => change(process, { tags: draft.tags.map((one, index) => (index === at ? tag : one)) });
  return (
    <>
      {fields.map((field) => (
        <div key={field.name} className="call-row">
          <span title={field.name}>{field.name}</span>
          <FieldInput
            label={field.name}
            field={field}
            value={draft.tags.find((tag) => tag.name === field.name)?.value ?? ''}
            onChange={(value) => setField(field.name, value)}
          />
        </div>
      ))}
      {draft.tags.map((tag, at) =>
        isOwn(tag) || naming === at ? (
          <TagRow
            // A row is what stands at its place.
            key={at}
            tag={tag}
            onChange={(changed) => setTag(at, changed)}
            onNaming={(isNaming) => setNaming(isNaming ? at : null)}
            onRemove={() => change(process, { tags: draft.tags.filter((_, index) => index !== at) })}
          />
        ) : null,
      )}
    </>
  );
}

/** A tag that nothing asks for: the person names it. */
function TagRow({
  tag,
  onChange,
  onNaming,
  onRemove,
}: {
  readonly tag: Tag;
  onChange(tag: Tag): void;
  onNaming(isNaming: boolean): void;
  onRemove(): void;
}): React.ReactNode {
  const named = tag.name === '' ? 'the new tag' : tag.name;
  return (
    <div className="call-row">
      <input
        className="field"
        aria-label="Name of the tag"
        placeholder="Tag"
        spellCheck={false}
        value={tag.name}
        onFocus={() => onNaming(true)}
        onBlur={() => onNaming(false)}
        onChange={(event) => onChange({ ...tag, name: event.target.value })}
      />
      <FieldInput
        label={`Value of ${named}`}
        field={{ name: tag.name, kind: kindOf(tag.name, []), values: [] }}
        value={tag.value}
        onChange={(value) => onChange({ ...tag, value })}
      />
      <Button isSmall isIcon look="quiet" label={`Leave out ${named}`} onClick={onRemove}>
        <X size={12} />
      </Button>
    </div>
  );
}

const COPIES = [
  ['Aoconnect', 'aoconnect, sending'],
  ['AoconnectDry', 'aoconnect, dry run'],
  ['Aos', 'A line for aos'],
  ['Lua', 'Lua'],
  ['Curl', 'curl, dry run'],
] as const;

function Doing({ process }: { readonly process: ProcessId }): React.ReactNode {
  const app = useApp();
  const isBusy = useStore(app.call, (state) => state.ends.get(process)?.kind === 'running');
  const draft = useStore(app.call, (state) => state.draftOf(process));
  const isReadOnly = useStore(app.workspace, (state) => state.project?.isReadOnly === true);
  const past = useStore(app.focus, (state) => (state.isPast && state.focus.process === process ? state.focus.slot : null));
  const isEmpty = draft.action === '' && draft.tags.every(({ name, value }) => name === '' || value === '');
  return (
    <div className="call-doing">
      <WalletChoice />
      <span className="call-space">{isReadOnly && 'This is a recording: nothing can be sent.'}</span>
      <MenuButton
        label="Copy as"
        className="button small"
        entries={COPIES.map(([id, title]) => ({
          id,
          title,
          isDisabled: isEmpty,
          run: () => void app.commands.run(`call.copy${id}`),
        }))}
      >
        Copy as…
      </MenuButton>
      <Button disabled={isBusy || isEmpty} onClick={() => void app.commands.run('call.try')}>
        <FlaskConical size={13} aria-hidden /> {past === null ? 'Dry run' : `Dry run at slot ${past}`}
      </Button>
      <Button look="primary" type="submit" disabled={isBusy || isEmpty || isReadOnly}>
        <Send size={13} aria-hidden /> Send
      </Button>
    </div>
  );
}
