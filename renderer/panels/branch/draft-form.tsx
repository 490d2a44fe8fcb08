import { useState } from 'react';
import type { BranchEdit } from '../../../node/contract/branch.ts';
import type { Tag } from '../../../node/contract/item.ts';
import { useApp } from '../../stores/app-context.ts';
import type { BranchDraft } from '../../stores/branch-store.ts';
import { Button } from '../../widgets/button.tsx';

type MessageEdit = Extract<BranchEdit, { readonly kind: 'edit' }>;

/** What is to be otherwise, before it is run. */
export function DraftForm({ draft }: { readonly draft: BranchDraft }): React.ReactNode {
  const app = useApp();
  const [edit, setEdit] = useState(draft.edit);
  const [isHeard, setHeard] = useState(draft.isHeard);
  const [isApplied, setApplied] = useState(draft.later === 'apply');
  const [isBusy, setBusy] = useState(false);
  const start = (): void => {
    setBusy(true);
    app.branch
      .getState()
      .start({ ...draft, edit, isHeard, later: isApplied ? 'apply' : 'drop' })
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
        start();
      }}
    >
      <div className="branch-bar">
        <b>{draft.title}</b>
        <label>
          <input type="checkbox" checked={isApplied} onChange={(event) => setApplied(event.target.checked)} /> the later messages come as
          they did
        </label>
        <label>
          <input type="checkbox" checked={isHeard} onChange={(event) => setHeard(event.target.checked)} /> others hear what it sends
        </label>
        <span className="branch-space" />
        <Button isSmall look="primary" disabled={isBusy} onClick={start}>
          Run the branch
        </Button>
        <Button isSmall onClick={() => app.branch.getState().setDraft(null)}>
          Cancel
        </Button>
      </div>
      {edit.kind === 'edit' && <MessageFields edit={edit} onEdit={setEdit} />}
    </form>
  );
}

function MessageFields({ edit, onEdit }: { readonly edit: MessageEdit; onEdit(edit: MessageEdit): void }): React.ReactNode {
  const { tags, data } = edit;
  return (
    <div className="branch-fields">
      {tags !== null && <TagFields tags={tags} onTags={(changed) => onEdit({ ...edit, tags: changed })} />}
      <label className="branch-data">
        <span>{tags === null ? 'Code' : 'Data'}</span>
        {data === null ? (
          <span className="faint">The data is no text, and stays as it is.</span>
        ) : (
          <textarea
            className="field mono"
            value={data}
            spellCheck={false}
            onChange={(event) => onEdit({ ...edit, data: event.target.value })}
          />
        )}
      </label>
    </div>
  );
}

function TagFields({ tags, onTags }: { readonly tags: readonly Tag[]; onTags(tags: readonly Tag[]): void }): React.ReactNode {
  const put = (at: number, change: Partial<Tag>): void => onTags(tags.map((tag, index) => (index === at ? { ...tag, ...change } : tag)));
  return (
    <fieldset className="branch-tags">
      <legend>Tags</legend>
      {tags.map((tag, index) => (
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
          <Button look="quiet" isSmall label={`Remove the tag ${tag.name}`} onClick={() => onTags(tags.filter((_, at) => at !== index))}>
            ×
          </Button>
        </div>
      ))}
      <Button isSmall onClick={() => onTags([...tags, { name: '', value: '' }])}>
        Add a tag
      </Button>
    </fieldset>
  );
}
