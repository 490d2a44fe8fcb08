import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { BranchEdit } from '../../../node/contract/branch.ts';
import { toModuleId, toSlot, type Slot } from '../../../node/contract/ids.ts';
import type { Tag } from '../../../node/contract/item.ts';
import type { ModuleInfo } from '../../../node/contract/modules.ts';
import { PROTOCOL_TAGS } from '../../../node/contract/protocol-tags.ts';
import { DURATION_UNITS, durationMs, durationParts, type DurationUnit } from '../../model/branch-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';

interface FormProps<K extends BranchEdit['kind']> {
  readonly edit: Extract<BranchEdit, { readonly kind: K }>;
  onEdit(edit: BranchEdit): void;
}

/** One change of a draft, to be put otherwise. */
export function ChangeForm({ edit, onEdit }: FormProps<BranchEdit['kind']>): React.ReactNode {
  return (
    <div className="branch-change">
      <Fields edit={edit} onEdit={onEdit} />
    </div>
  );
}

function Fields({ edit, onEdit }: FormProps<BranchEdit['kind']>): React.ReactNode {
  switch (edit.kind) {
    case 'edit':
      return <MessageFields edit={edit} onEdit={onEdit} />;
    case 'inject':
      return (
        <>
          <AfterField edit={edit} onEdit={onEdit} />
          <FromField from={edit.from} placeholder="address or process" onFrom={(from) => onEdit({ ...edit, from: from ?? '' })} />
          <TagFields tags={edit.tags} onTags={(tags) => onEdit({ ...edit, tags })} />
          <DataField label="Data" data={edit.data} onData={(data) => onEdit({ ...edit, data })} />
        </>
      );
    case 'move':
    case 'duplicate':
      return <AfterField edit={edit} onEdit={onEdit} />;
    case 'clock':
      return <ClockFields edit={edit} onEdit={onEdit} />;
    case 'module':
      return <ModuleField edit={edit} onEdit={onEdit} />;
    case 'skip':
      return <p className="faint">It never comes, and nothing comes of it.</p>;
  }
}

function MessageFields({ edit, onEdit }: FormProps<'edit'>): React.ReactNode {
  const { tags, data, from } = edit;
  return (
    <>
      {tags !== null && <TagFields tags={tags} onTags={(changed) => onEdit({ ...edit, tags: changed })} />}
      <DataField label={tags === null ? 'Code' : 'Data'} data={data} onData={(changed) => onEdit({ ...edit, data: changed })} />
      {tags !== null && <FromField from={from} placeholder="as it was" onFrom={(changed) => onEdit({ ...edit, from: changed })} />}
    </>
  );
}

function FromField(props: {
  readonly from: string | null;
  readonly placeholder: string;
  onFrom(from: string | null): void;
}): React.ReactNode {
  return (
    <label className="branch-line-field">
      <span>From</span>
      <input
        className="field mono"
        value={props.from ?? ''}
        placeholder={props.placeholder}
        spellCheck={false}
        onChange={(event) => props.onFrom(event.target.value === '' ? null : event.target.value)}
      />
    </label>
  );
}

function DataField(props: { readonly label: string; readonly data: string | null; onData(data: string): void }): React.ReactNode {
  const { label, data, onData } = props;
  return (
    <label className="branch-data">
      <span>{label}</span>
      {data === null ? (
        <span className="faint">The data is no text, and stays as it is.</span>
      ) : (
        <textarea className="field mono" value={data} spellCheck={false} onChange={(event) => onData(event.target.value)} />
      )}
    </label>
  );
}

function TagFields({ tags, onTags }: { readonly tags: readonly Tag[]; onTags(tags: readonly Tag[]): void }): React.ReactNode {
  // Those that were of the protocol when it was opened: a field that is typed in stays where it is, whatever its name becomes.
  const [folded, setFolded] = useState<readonly boolean[]>(() => tags.map(({ name }) => PROTOCOL.has(name)));
  const put = (at: number, change: Partial<Tag>): void => onTags(tags.map((tag, index) => (index === at ? { ...tag, ...change } : tag)));
  const remove = (at: number): void => {
    setFolded(folded.filter((_, index) => index !== at));
    onTags(tags.filter((_, index) => index !== at));
  };
  const all = tags.map((tag, index) => ({ tag, index }));
  const field = ({ tag, index }: (typeof all)[number]): React.ReactNode => (
    <div key={index}>
      <input
        className="field mono"
        value={tag.name}
        aria-label={`Name of tag ${index + 1}`}
        onChange={(event) => put(index, { name: event.target.value })}
      />
      <input
        className="field mono"
        value={tag.value}
        aria-label={`Value of ${tag.name}`}
        onChange={(event) => put(index, { value: event.target.value })}
      />
      <Button look="quiet" isSmall label={`Remove the tag ${tag.name}`} onClick={() => remove(index)}>
        ×
      </Button>
    </div>
  );
  const ofProtocol = all.filter(({ index }) => folded[index] === true);
  return (
    <fieldset className="branch-tags">
      <legend>Tags</legend>
      {all.filter(({ index }) => folded[index] !== true).map(field)}
      <Button isSmall onClick={() => onTags([...tags, { name: '', value: '' }])}>
        Add a tag
      </Button>
      {ofProtocol.length > 0 && (
        <details>
          <summary>{ofProtocol.length} of the protocol</summary>
          {ofProtocol.map(field)}
        </details>
      )}
    </fieldset>
  );
}

const PROTOCOL: ReadonlySet<string> = new Set(PROTOCOL_TAGS);

/** A number that can be typed over; what is no slot is not taken. */
function SlotInput(props: {
  readonly label: string;
  readonly value: Slot;
  readonly max: number;
  onValue(value: Slot): void;
}): React.ReactNode {
  const { label, value, max, onValue } = props;
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      className="field mono branch-number"
      inputMode="numeric"
      aria-label={label}
      value={typed ?? String(value)}
      onChange={(event) => {
        const text = event.target.value.replaceAll(/\D/g, '');
        setTyped(text);
        if (text !== '' && Number(text) <= max) onValue(toSlot(Number(text)));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

function AfterField({ edit, onEdit }: FormProps<'move' | 'duplicate' | 'inject'>): React.ReactNode {
  const app = useApp();
  const latest = useStore(app.world, (state) => state.world.processById.get(edit.process)?.slotLatest ?? 0);
  return (
    <label className="branch-line-field">
      <span>Right after slot</span>
      <SlotInput label="Right after slot" value={edit.after} max={latest} onValue={(after) => onEdit({ ...edit, after })} />
      <span className="faint">of {latest.toLocaleString('en-US')}</span>
    </label>
  );
}

function ClockFields({ edit, onEdit }: FormProps<'clock'>): React.ReactNode {
  const app = useApp();
  const latest = useStore(app.world, (state) => state.world.processById.get(edit.process)?.slotLatest ?? 0);
  const { count, unit } = durationParts(edit.shiftMs);
  const [amount, setAmount] = useState(String(count));
  const [chosen, setChosen] = useState<DurationUnit>(unit);
  const put = (text: string, of: DurationUnit): void => {
    setAmount(text);
    setChosen(of);
    const shiftMs = durationMs(Number(text), of);
    if (text.trim() !== '' && Number.isSafeInteger(shiftMs) && shiftMs >= 0) onEdit({ ...edit, shiftMs });
  };
  return (
    <>
      <label className="branch-line-field">
        <span>From slot</span>
        <SlotInput label="From slot" value={edit.slot} max={latest} onValue={(slot) => onEdit({ ...edit, slot })} />
        <span className="faint">on, the time of every message is later by</span>
      </label>
      <div className="branch-line-field">
        <input
          className="field mono branch-number"
          inputMode="decimal"
          aria-label="Later by"
          value={amount}
          onChange={(event) => put(event.target.value, chosen)}
        />
        <select
          className="field"
          aria-label="Unit of time"
          value={chosen}
          onChange={(event) => put(amount, DURATION_UNITS.find((one) => one === event.target.value) ?? chosen)}
        >
          {DURATION_UNITS.map((one) => (
            <option key={one} value={one}>
              {one}s
            </option>
          ))}
        </select>
      </div>
    </>
  );
}

function ModuleField({ edit, onEdit }: FormProps<'module'>): React.ReactNode {
  const app = useApp();
  const [modules, setModules] = useState<readonly ModuleInfo[]>([]);
  useEffect(() => {
    app.link.ask('modules.list', {}).then((reply) => setModules(reply.modules), app.ui.getState().fail);
  }, [app]);
  const isListed = modules.some(({ id }) => id === edit.module);
  return (
    <label className="branch-line-field">
      <span>Module</span>
      <select
        className="field"
        aria-label="Module"
        value={edit.module}
        onChange={(event) => onEdit({ ...edit, module: toModuleId(event.target.value) })}
      >
        {!isListed && <option value={edit.module}>{edit.module.slice(0, 12)}…, its own</option>}
        {modules.map(({ id, name }) => (
          <option key={id} value={id}>
            {name} · {id.slice(0, 6)}…
          </option>
        ))}
      </select>
      <span className="faint">from its first slot on</span>
    </label>
  );
}
