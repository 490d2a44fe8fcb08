import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { TemplateInfo } from '../../node/contract/desktop.ts';
import { createProject } from '../commands/project.ts';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';
import { ErrorText } from '../widgets/error-text.tsx';
import { FormDialog } from '../widgets/form-dialog.tsx';
import './new-project.css';

/** What a new project is called, what it begins with and where it is put. Nothing while it is not asked for. */
export function NewProject(): React.ReactNode {
  const app = useApp();
  const isOpen = useStore(app.plan, (state) => state.isCreating);
  if (!isOpen) return null;
  return (
    <FormDialog className="new-project" title="New project" onClose={() => app.plan.getState().setCreating(false)}>
      <Form />
    </FormDialog>
  );
}

function Form(): React.ReactNode {
  const app = useApp();
  const [templates, setTemplates] = useState<readonly TemplateInfo[]>([]);
  const [template, setTemplate] = useState('');
  const [name, setName] = useState('');
  const [folder, setFolder] = useState('');
  const [usual, setUsual] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    let isGone = false;
    app.link.ask('project.templates', {}).then(
      (known) => {
        if (isGone) return;
        setTemplates(known.templates);
        setTemplate((chosen) => (chosen === '' ? (known.templates[0]?.id ?? '') : chosen));
        setUsual(known.folder);
      },
      (error: unknown) => !isGone && setFailure(error),
    );
    return () => {
      isGone = true;
    };
  }, [app]);
  const create = (): void => {
    setBusy(true);
    setFailure(null);
    createProject(app, name.trim(), template, folder.trim() === '' ? null : folder.trim())
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create();
      }}
    >
      <label className="new-project-field">
        <span>Name</span>
        <input
          className="field"
          value={name}
          maxLength={200}
          placeholder="My shop"
          autoFocus
          spellCheck={false}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <fieldset>
        <legend>Begins with</legend>
        {templates.map(({ id, title, about }) => (
          <label key={id} className="new-project-template">
            <input type="radio" name="template" checked={template === id} onChange={() => setTemplate(id)} />
            <span>
              <b>{title}</b> {about}
            </span>
          </label>
        ))}
      </fieldset>
      <FolderField folder={folder} usual={usual} onFolder={setFolder} />
      {failure !== null && <ErrorText error={failure} />}
      <div className="answers">
        <Button onClick={() => app.plan.getState().setCreating(false)}>Cancel</Button>
        <Button look="primary" type="submit" disabled={isBusy || name.trim() === '' || template === ''} aria-busy={isBusy}>
          Create
        </Button>
      </div>
    </form>
  );
}

interface FolderFieldProps {
  readonly folder: string;
  /** Where it goes when nothing is entered. */
  readonly usual: string;
  onFolder(folder: string): void;
}

function FolderField({ folder, usual, onFolder }: FolderFieldProps): React.ReactNode {
  const app = useApp();
  const shell = useStore(app.workspace, (state) => state.status?.shell);
  const choose = async (): Promise<void> => {
    const { path } = await app.link.ask('shell.chooseFolder', {});
    if (path !== null) onFolder(path);
  };
  return (
    <div className="new-project-folder">
      <label className="new-project-field">
        <span>In the folder</span>
        <input className="field" value={folder} placeholder={usual} spellCheck={false} onChange={(event) => onFolder(event.target.value)} />
      </label>
      {shell === 'electron' && <Button onClick={() => void choose().catch(app.ui.getState().fail)}>Choose…</Button>}
      <p className="faint">A folder that is named after the project is made there.</p>
    </div>
  );
}
