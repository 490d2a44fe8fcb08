import { Download, FilePlus2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import { isId, toModuleId } from '../../../node/contract/ids.ts';
import { KNOWN_MODULES, type KnownModule } from '../../../node/contract/module-catalogue.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { bytesText } from '../../widgets/bytes-text.ts';
import { ErrorText } from '../../widgets/error-text.tsx';
import { shortId } from '../../widgets/short-id.ts';
import { ModuleRow } from './module-row.tsx';
import { useModules, type ModulesModel, type UnderWay } from './use-modules.ts';
import './modules.css';

/** What processes can be spawned on: the modules of this installation, and how to get more. */
export function ModulesPanel(): React.ReactNode {
  const app = useApp();
  const model = useModules();
  const processes = useStore(app.world, (state) => state.world.processes);
  const { modules, underWay, failure } = model;
  const missing = KNOWN_MODULES.filter((known) => modules?.every((one) => String(one.id) !== known.id) === true);
  return (
    <div className="panel modules" aria-busy={modules === null}>
      <section aria-labelledby="modules-here">
        <h2 id="modules-here">On this computer</h2>
        <ul className="modules-list">
          {(modules ?? []).map((module) => (
            <ModuleRow
              key={module.id}
              module={module}
              usedBy={processes.filter(({ program }) => (program?.standIns.module ?? program?.module) === module.id).length}
              onRemove={() => model.remove(module.id)}
            />
          ))}
        </ul>
      </section>
      <section aria-labelledby="modules-more">
        <h2 id="modules-more">Add a module</h2>
        <AddFile model={model} />
        <FetchById model={model} />
        {underWay !== null && <Way underWay={underWay} />}
        {failure !== null && <ErrorText error={failure} />}
      </section>
      {missing.length > 0 && (
        <section aria-labelledby="modules-known">
          <h2 id="modules-known">Well known on the network</h2>
          <ul className="modules-list">
            {missing.map((known) => (
              <KnownRow
                key={known.id}
                known={known}
                isDisabled={underWay !== null}
                onFetch={() => model.fetch(toModuleId(known.id), null)}
              />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function AddFile({ model }: { readonly model: ModulesModel }): React.ReactNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="modules-add">
      <input
        ref={input}
        type="file"
        accept=".wasm,.wat,.ts,.js"
        hidden
        aria-label="A .wasm, .wat, .ts or .js file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file !== undefined) model.addFile(file);
        }}
      />
      <Button disabled={model.underWay !== null} onClick={() => input.current?.click()}>
        <FilePlus2 size={14} aria-hidden /> From a file…
      </Button>
      <span className="faint">.wasm, .wat, AssemblyScript in .ts, or a contract in .js.</span>
    </div>
  );
}

function FetchById({ model }: { readonly model: ModulesModel }): React.ReactNode {
  const app = useApp();
  const behind = useStore(app.workspace, (state) => state.project?.manifest.network?.readThrough ?? 'https://arweave.net');
  const [id, setId] = useState('');
  const [gateway, setGateway] = useState('');
  const canFetch = isId(id.trim()) && model.underWay === null;
  return (
    <form
      className="modules-fetch"
      onSubmit={(event) => {
        event.preventDefault();
        if (canFetch) model.fetch(toModuleId(id.trim()), gateway.trim() === '' ? null : gateway.trim());
      }}
    >
      <input
        className="field mono"
        aria-label="Id of a module"
        placeholder="id of a module"
        spellCheck={false}
        value={id}
        onChange={(event) => setId(event.target.value)}
      />
      <input
        className="field"
        aria-label="Gateway to ask"
        placeholder={behind}
        spellCheck={false}
        value={gateway}
        onChange={(event) => setGateway(event.target.value)}
      />
      <Button disabled={!canFetch} onClick={(event) => event.currentTarget.form?.requestSubmit()}>
        <Download size={14} aria-hidden /> Fetch
      </Button>
    </form>
  );
}

function Way({ underWay: { what, progress, cancel } }: { readonly underWay: UnderWay }): React.ReactNode {
  const total = progress?.totalBytes ?? null;
  return (
    <div className="modules-way" role="status">
      <span>
        {what}
        {progress !== null && ` · ${bytesText(progress.receivedBytes)}${total === null ? '' : ` of ${bytesText(total)}`}`}
      </span>
      <progress aria-label={what} {...(progress === null || total === null ? {} : { value: progress.receivedBytes, max: total })} />
      {cancel !== null && (
        <Button isSmall onClick={cancel}>
          Cancel
        </Button>
      )}
    </div>
  );
}

function KnownRow({
  known,
  isDisabled,
  onFetch,
}: {
  readonly known: KnownModule;
  readonly isDisabled: boolean;
  readonly onFetch: () => void;
}): React.ReactNode {
  return (
    <li className="module">
      <div className="module-text">
        <b>{known.name}</b>
        <span className="module-more">
          <span className="mono" title={known.id}>
            {shortId(known.id)}
          </span>
          {known.content !== null && <span>{bytesText(known.content.bytes)}</span>}
          <span className="module-about">{known.about}</span>
        </span>
      </div>
      <Button isSmall disabled={isDisabled} label={`Fetch ${known.name}`} onClick={onFetch}>
        <Download size={12} aria-hidden /> Fetch
      </Button>
    </li>
  );
}
