import { GitBranch, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { toSlot } from '../../../node/contract/ids.ts';
import { injectOf, moduleOf } from '../../commands/branch.ts';
import { editWords, nameOfEdits } from '../../model/branch-words.ts';
import { useApp } from '../../stores/app-context.ts';
import type { BranchDraft } from '../../stores/branch-store.ts';
import { Button } from '../../widgets/button.tsx';
import { MenuButton } from '../../widgets/menu.tsx';
import { BranchSlots } from './branch-slots.tsx';
import { ChangeForm } from './change-form.tsx';

/** What is to be otherwise, change by change, before it is run. */
export function DraftForm({ draft }: { readonly draft: BranchDraft }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const [isBusy, setBusy] = useState(false);
  const name = draft.name.trim() === '' ? nameOfEdits(world, draft.edits) : draft.name.trim();
  const start = (): void => {
    setBusy(true);
    app.branch
      .getState()
      .start({ ...draft, name })
      .catch((error: unknown) => {
        setBusy(false);
        app.ui.getState().fail(error);
      });
  };
  return (
    <form
      className="panel branch"
      aria-label="A branch"
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.edits.length > 0 && !isBusy) start();
      }}
    >
      <div className="pane-bar branch-bar">
        <GitBranch size={13} aria-hidden />
        <input
          className="field branch-name"
          value={draft.name}
          placeholder={name}
          aria-label="Name of the branch"
          onChange={(event) => app.branch.getState().changeDraft({ name: event.target.value })}
        />
        <LaterChoice later={draft.later} />
        <label>
          <input
            type="checkbox"
            checked={draft.isHeard}
            onChange={(event) => app.branch.getState().changeDraft({ isHeard: event.target.checked })}
          />{' '}
          others hear what it sends
        </label>
        <Button isSmall look="primary" disabled={isBusy || draft.edits.length === 0} onClick={start}>
          Run the branch
        </Button>
        <Button isSmall onClick={() => app.branch.getState().setDraft(null)}>
          Cancel
        </Button>
      </div>
      <div className="branch-draft">
        <Changes draft={draft} />
        <BranchSlots key={`${draft.process} ${draft.slot}`} draft={draft} />
      </div>
    </form>
  );
}

const LATER: readonly (readonly [BranchDraft['later'], string])[] = [
  ['apply', 'are sent again as they were'],
  ['drop', 'are left out'],
  ['ask', 'are asked about, one by one'],
];

function LaterChoice({ later }: { readonly later: BranchDraft['later'] }): React.ReactNode {
  const app = useApp();
  return (
    <label>
      Later messages
      <select
        className="field"
        aria-label="Later messages"
        value={later}
        onChange={(event) => app.branch.getState().changeDraft({ later: LATER.find(([id]) => id === event.target.value)?.[0] ?? later })}
      >
        {LATER.map(([id, title]) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The list of what is changed, and the one that is looked at. */
function Changes({ draft }: { readonly draft: BranchDraft }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const { edits, selected } = draft;
  const { changeDraft } = app.branch.getState();
  const remove = (index: number): void => {
    const next = selected === null || selected < index ? selected : selected === index ? null : selected - 1;
    changeDraft({ edits: edits.filter((_, at) => at !== index), selected: next });
  };
  const edit = selected === null ? undefined : edits[selected];
  return (
    <section className="branch-edits" aria-labelledby="branch-edits-title">
      <div className="branch-tools">
        <h3 id="branch-edits-title">
          {edits.length === 0 ? 'Nothing is changed yet' : `${edits.length} ${edits.length === 1 ? 'change' : 'changes'}`}
        </h3>
        <span className="branch-space" />
        <AddMenu draft={draft} />
      </div>
      {edits.length === 0 && (
        <p className="branch-nothing">Mark a message at the side and change it, leave it out, or drag it to another place.</p>
      )}
      <ul>
        {edits.map((one, index) => (
          <li key={index} className={index === selected ? 'is-selected' : ''}>
            <button
              type="button"
              aria-expanded={index === selected}
              onClick={() => changeDraft({ selected: index === selected ? null : index })}
            >
              {editWords(world, one)}
            </button>
            <Button look="quiet" isSmall isIcon label={`Remove: ${editWords(world, one)}`} onClick={() => remove(index)}>
              <X size={12} />
            </Button>
          </li>
        ))}
      </ul>
      {edit !== undefined && (
        <ChangeForm
          key={selected}
          edit={edit}
          onEdit={(changed) => changeDraft({ edits: edits.map((one, at) => (at === selected ? changed : one)) })}
        />
      )}
    </section>
  );
}

function AddMenu({ draft }: { readonly draft: BranchDraft }): React.ReactNode {
  const app = useApp();
  const { process, slot } = draft;
  const { addEdit } = app.branch.getState();
  const adding = (make: () => Parameters<typeof addEdit>[0]) => (): void => {
    try {
      addEdit(make());
    } catch (error) {
      app.ui.getState().fail(error);
    }
  };
  return (
    <MenuButton
      label="Add a change"
      className="button small"
      entries={[
        { id: 'inject', title: `A new message after slot ${slot}`, run: adding(() => injectOf(app, process, slot)) },
        {
          id: 'clock',
          title: `Another time from slot ${slot} on`,
          run: adding(() => ({ kind: 'clock', process, slot: toSlot(slot), shiftMs: 3_600_000 })),
        },
        { id: 'module', title: 'Another module', run: adding(() => moduleOf(app, process)) },
        {
          id: 'code',
          title: 'The code of the open file',
          isDisabled: app.editor.getState().active === null,
          run: () => void app.commands.run('branch.addCode'),
        },
      ]}
    >
      <Plus size={12} aria-hidden /> Add
    </MenuButton>
  );
}
