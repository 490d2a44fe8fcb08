import { Ellipsis } from 'lucide-react';
import type { ModuleInfo } from '../../../node/contract/modules.ts';
import { useApp } from '../../stores/app-context.ts';
import { bytesText } from '../../widgets/bytes-text.ts';
import { MenuButton, type MenuEntry } from '../../widgets/menu.tsx';
import { shortId } from '../../widgets/short-id.ts';

/** One module that is here: what it is, where it came from, how many processes run on it. */
export function ModuleRow({
  module,
  usedBy,
  onRemove,
}: {
  readonly module: ModuleInfo;
  readonly usedBy: number;
  readonly onRemove: () => void;
}): React.ReactNode {
  const app = useApp();
  const { id, name, format, bytes, memory, from, isKnownByContent, sha256 } = module;
  const entries: MenuEntry[] = [
    { id: 'spawn', title: 'Spawn on it', run: () => void app.commands.run('process.spawnOn', id) },
    { id: 'copy', title: 'Copy id', run: () => void app.commands.run('modules.copyId', id) },
    { id: 'remove', title: 'Remove from this installation', isDisabled: from.kind === 'app', isDanger: true, run: onRemove },
  ];
  const known = isKnownByContent ? `Known by the SHA-256 of its content, ${sha256}; the publisher's signature is not here` : null;
  return (
    <li className="module">
      <div className="module-text">
        <b>{name}</b>
        <span className="module-more">
          <span className="mono" title={id}>
            {shortId(id)}
          </span>
          <span className="mono">{format}</span>
          <span title={`SHA-256 ${sha256}`}>{bytesText(bytes)}</span>
          {memory !== null && (
            <span title="Memory at its start, and at most">
              {bytesText(memory.minBytes)} to {bytesText(memory.maxBytes)} of memory
            </span>
          )}
          <span {...(known === null ? {} : { title: known })}>
            {placeOf(from)}
            {known !== null && ', known by its content'}
          </span>
          <span>{usedBy === 0 ? 'not used here' : `runs ${usedBy} ${usedBy === 1 ? 'process' : 'processes'}`}</span>
        </span>
      </div>
      <MenuButton label={`Actions for ${name}`} entries={entries}>
        <Ellipsis size={14} />
      </MenuButton>
    </li>
  );
}

function placeOf(from: ModuleInfo['from']): string {
  if (from.kind === 'app') return 'part of the app';
  return from.kind === 'file' ? `from ${from.file}` : `from ${from.gateway}`;
}
