import { BookUser, Filter } from 'lucide-react';
import { useStore } from 'zustand';
import type { Item, Tag } from '../../../node/contract/item.ts';
import { filterEntries } from '../../commands/use-as-filter.ts';
import { tagTerm } from '../../model/filter-edit.ts';
import { nameOf, parentOf } from '../../model/lookup.ts';
import { knownName, ownName, whoWithin } from '../../model/own-wallets.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { standInWords } from '../../model/stand-in.ts';
import { useApp } from '../../stores/app-context.ts';
import { Data, Facts, Id, Section } from './parts.tsx';
import { SignedBytes } from './signed-bytes.tsx';
import { timeText } from './time-text.ts';
import { PROTOCOL_TAGS } from '../../../node/contract/protocol-tags.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { Button } from '../../widgets/button.tsx';
import { MenuButton, type MenuEntry } from '../../widgets/menu.tsx';
import { Progress } from '../../widgets/progress.tsx';

const SIGNATURES: Readonly<Record<number, string>> = { 1: 'Arweave RSA-4096', 2: 'Ed25519', 3: 'Ethereum secp256k1', 4: 'Solana Ed25519' };
/** Tags that the protocol adds to every message: shown, but below those that mean something to the process. */
const ADDED_TAGS = new Set([...PROTOCOL_TAGS, 'Authority', 'Content-Type']);

/** The message itself: who sent it, its tags and data, and its place in the log. */
export function MessageTab({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const process = world.processById.get(row.to)?.id;
  const asked = useAnswer('su.log', process === undefined || row.slot === null ? null : { process, from: row.slot, limit: 1 });
  const item = useAnswer('gateway.item', row.slot === null && row.id !== null && row.error === null ? { id: row.id } : null);
  const entry = asked.value?.entries[0];
  const message = entry?.message ?? item.value ?? null;
  const assignment = entry?.assignment;
  return (
    <>
      <Progress asked={asked} />
      <Route world={world} row={row} />
      {row.slot === 0 && <StandIns world={world} row={row} />}
      <Section title="Tags" note={message === null ? undefined : message.tags.length}>
        {message === null ? (
          <p className="faint">{asked.isSlow ? '' : 'Not known here.'}</p>
        ) : (
          <Tags tags={message.tags} removed={entry?.removed?.tags ?? []} />
        )}
      </Section>
      <Section title="Data">
        <MessageData row={row} message={message} isRemoved={entry?.removed?.data === true} />
      </Section>
      {assignment !== undefined && (
        <Section title="Assignment">
          <Facts
            rows={[
              ['Slot', assignment.slot],
              [
                'Timestamp',
                <span key="time" title={String(assignment.timestampMs)}>
                  {timeText(assignment.timestampMs)}
                </span>,
              ],
              ['Block', assignment.blockHeight],
              ['Hash chain', <Id key="chain" id={assignment.hashChain} />],
              ['Assignment', <Id key="id" id={assignment.id} />],
              ['Scheduler', <Id key="su" id={assignment.address} />],
            ]}
          />
        </Section>
      )}
      {message !== null && (
        <Section title="Item">
          <Facts
            rows={[
              ['Id', <Id key="id" id={message.id} />],
              ['Signed by', <Id key="address" id={message.address} />],
              [
                'Signature',
                entry?.removed === undefined ? (SIGNATURES[message.signatureType] ?? `type ${message.signatureType}`) : 'taken out',
              ],
              [
                'Anchor',
                message.anchor === '' ? (
                  '–'
                ) : (
                  <span key="anchor" className="mono">
                    {message.anchor}
                  </span>
                ),
              ],
            ]}
          />
          {entry?.removed === undefined && <SignedBytes id={message.id} />}
        </Section>
      )}
    </>
  );
}

interface MessageDataProps {
  readonly row: MessageRow;
  readonly message: Item | null;
  readonly isRemoved: boolean;
}

function MessageData({ row, message, isRemoved }: MessageDataProps): React.ReactNode {
  if (isRemoved) return <p className="faint">Taken out of this recording.</p>;
  return <Data text={message === null ? row.preview : message.data} bytes={message?.dataBytes ?? row.dataBytes} />;
}

/** What stands in for what the process names in its slot 0. */
function StandIns({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const app = useApp();
  const luaModule = useStore(app.workspace, (state) => state.status?.luaModule ?? null);
  const process = world.processById.get(row.to);
  const words = process === undefined ? [] : standInWords(process, luaModule);
  if (words.length === 0) return null;
  return (
    <Section title="Stand-ins">
      {words.map((one) => (
        <p key={one} className="inspector-stand-in">
          {one}.
        </p>
      ))}
    </Section>
  );
}

function Route({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const app = useApp();
  const own = useOwnWallets();
  const parent = parentOf(world, row);
  return (
    <Facts
      rows={[
        ['From', <Party key="from" world={world} id={row.from} none="unknown" />],
        ['To', <Party key="to" world={world} id={row.to} none="nobody" />],
        [
          'Caused by',
          parent === null ? (
            `${whoWithin(world, row.from, own)}, from outside`
          ) : (
            <button key="cause" type="button" className="inspector-link" onClick={() => app.focus.getState().focusRow(parent)}>
              {parent.action ?? 'message'} · slot {parent.slot} of {nameOf(world, parent.to)}
            </button>
          ),
        ],
        ['Hops', row.hops],
      ]}
    />
  );
}

interface PartyProps {
  readonly world: World;
  readonly id: string | null;
  /** What is said where there is none. */
  readonly none: string;
}

export function Party({ world, id, none }: PartyProps): React.ReactNode {
  const app = useApp();
  const own = useOwnWallets();
  if (id === null || id === '') return <span className="faint">{none}</span>;
  const process = world.processById.get(id);
  return (
    <span className="inspector-party">
      {process === undefined ? (
        <span className="faint">{knownName(world, id, own) ?? 'wallet'}</span>
      ) : (
        <b style={{ color: `var(--lane-${process.lane})` }}>{nameOf(world, id)}</b>
      )}
      <Id id={id} />
      {ownName(id, own) === null && (process === undefined || process.name === null) && (
        <Button look="quiet" isSmall isIcon label={`Name ${id}`} onClick={() => app.ui.getState().setAddressBook(id)}>
          <BookUser size={12} aria-hidden />
        </Button>
      )}
    </span>
  );
}

interface TagsProps {
  readonly tags: readonly Tag[];
  /** Names of those whose value was taken out of the recording. */
  readonly removed?: readonly string[];
}

export function Tags({ tags, removed = [] }: TagsProps): React.ReactNode {
  const own = tags.filter((tag) => !ADDED_TAGS.has(tag.name));
  const protocol = tags.filter((tag) => ADDED_TAGS.has(tag.name));
  return (
    <>
      {own.length > 0 && <TagTable tags={own} removed={removed} />}
      {protocol.length > 0 && (
        <details className="inspector-protocol" open={own.length === 0}>
          <summary>{protocol.length} of the protocol</summary>
          <TagTable tags={protocol} removed={removed} />
        </details>
      )}
    </>
  );
}

function TagTable({ tags, removed }: Required<TagsProps>): React.ReactNode {
  const app = useApp();
  const entries = ({ name, value }: Tag): readonly MenuEntry[] => [
    ...filterEntries(app, { term: tagTerm(name, value), words: `${name} ${value.length <= 30 ? value : `${value.slice(0, 29)}…`}` }),
    ...filterEntries(app, { term: tagTerm(name, ''), words: `messages with the tag ${name}` }),
  ];
  return (
    <table className="inspector-tags mono">
      <tbody>
        {tags.map((tag, index) => (
          <tr key={index}>
            <th scope="row">{tag.name}</th>
            <td>
              {tag.value === '' && removed.includes(tag.name) ? <span className="faint">taken out</span> : tag.value}
              <MenuButton label={`Use ${tag.name} as filter`} entries={entries(tag)} className="inspector-tag-filter">
                <Filter size={11} />
              </MenuButton>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
