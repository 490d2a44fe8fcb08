import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { ownerOf, type DryReason } from '../../commands/try-code.ts';
import { nameOf, slotsOf } from '../../model/lookup.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import type { LineModel } from './use-line.ts';

interface StripProps {
  readonly process: ProcessId;
  readonly dry: DryReason | null;
  readonly line: LineModel;
}

/** Says above the line what will come of what is typed, where that is not the usual. */
export function ConsoleStrip(props: StripProps): React.ReactNode {
  return (
    <div className="console-strips" aria-live="polite">
      <PausedStrip process={props.process} />
      <PastStrip {...props} />
      <DryStrip {...props} />
      <LinesStrip {...props} />
    </div>
  );
}

function PausedStrip({ process }: Pick<StripProps, 'process'>): React.ReactNode {
  const app = useApp();
  const pausedAt = useStore(app.console, (state) => state.of(process).pausedAt);
  const waiting = useStore(app.world, ({ world }) => (pausedAt === null ? 0 : newerThan(world, process, pausedAt)));
  if (pausedAt === null) return null;
  return (
    <div className="console-strip">
      <span>
        Paused{pausedAt < 0 ? '' : ` after slot ${pausedAt}`}
        {waiting > 0 ? `; ${waiting} newer ${waiting === 1 ? 'slot waits' : 'slots wait'}` : ''}.
      </span>
      <Button isSmall onClick={() => app.console.getState().change(process, { pausedAt: null })}>
        Show new output
      </Button>
    </div>
  );
}

/** Slots after that one whose output waits: all but those that were typed. */
function newerThan(world: World, process: ProcessId, slot: number): number {
  return slotsOf(world, process)
    .slice(slot + 1)
    .filter((row) => row?.action !== 'Eval').length;
}

function PastStrip({ process, dry, line }: StripProps): React.ReactNode {
  const app = useApp();
  const isPast = useStore(app.focus, (state) => state.isPast);
  const slot = useStore(app.focus, (state) => state.focus.slot);
  const walked = useStore(app.branch, ({ walk }) => walk);
  const branch = useStore(app.branch, ({ branches }) => branches.find(({ id }) => id === walked?.branch)?.name);
  const latest = useStore(app.world, ({ world }) => world.processById.get(process)?.slotLatest ?? -1);
  if (walked !== null) {
    return (
      <div className="console-strip is-branch">
        <span>
          You are in the branch <b>{branch ?? walked.branch}</b>, at step {walked.index + 1}. The lines here are those of the main line.
          {isPast && dry === null && ' Enter goes back to live.'}
        </span>
        <Button isSmall onClick={() => void app.commands.run('branch.toMain')}>
          Back to main
        </Button>
      </div>
    );
  }
  if (!isPast || slot === null) return null;
  return (
    <div className="console-strip past">
      <span>
        You look at slot {slot} of {latest}, in the past.{' '}
        <span className="console-strip-more">
          {dry === null
            ? 'Enter goes back to live; Alt+Enter tries it in a branch from here.'
            : 'What you type is tried on the memory of then.'}
        </span>
      </span>
      <Button isSmall onClick={() => app.focus.getState().goLive()}>
        Back to live
      </Button>
      {line.text.trim() === '' && (
        <Button isSmall onClick={() => void app.commands.run('branch.insert')}>
          Branch from here
        </Button>
      )}
    </div>
  );
}

function DryStrip({ process, dry }: StripProps): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  if (dry === null) return null;
  const owner = ownerOf(app, process);
  const words = {
    chosen: 'Dry run: what you type is tried on a copy; the process keeps nothing, and nothing is sent.',
    owner: `${nameOf(world, process)} evaluates code of its owner only, ${nameOf(world, owner)}. What you type is tried as its owner, and nothing is kept.`,
    recording: 'This is a recording: what you type is tried, and nothing is kept.',
  };
  return (
    <div className="console-strip dry">
      <span>{words[dry]}</span>
      {dry === 'chosen' && (
        <Button isSmall onClick={() => void app.commands.run('console.dryRun')}>
          Keep it again
        </Button>
      )}
    </div>
  );
}

function LinesStrip({ process, line }: StripProps): React.ReactNode {
  const app = useApp();
  const isEditing = useStore(app.console, (state) => state.of(process).isEditing);
  if (!isEditing && !line.isUnfinished) return null;
  return (
    <div className="console-strip">
      <span>
        {isEditing
          ? 'Many lines: .done sends them, .cancel does not, .print shows them, .delete takes the last one away.'
          : 'Not finished yet: Enter makes a line, and sends it as it is where the last line is empty.'}
      </span>
      <Button isSmall onClick={line.send}>
        Send
      </Button>
      {isEditing && (
        <Button isSmall onClick={line.leaveEditing}>
          Leave
        </Button>
      )}
    </div>
  );
}
