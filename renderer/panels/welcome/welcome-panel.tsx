import {
  Archive,
  Binary,
  BookOpen,
  Bot,
  Braces,
  ChartLine,
  CircleQuestionMark,
  Coins,
  Compass,
  Film,
  FolderOpen,
  FolderPlus,
  LoaderCircle,
  MessagesSquare,
  Repeat,
  Scale,
  SearchX,
  Swords,
  Table,
  Vote,
  Waves,
} from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { SampleInfo } from '../../../node/contract/desktop.ts';
import { openProject, openSample } from '../../commands/project.ts';
import { openRecording, RECORDING_FILE } from '../../commands/recording.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp, type App } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import './welcome.css';

const ICONS = {
  repeat: Repeat,
  search: SearchX,
  coins: Coins,
  messages: MessagesSquare,
  book: BookOpen,
  waves: Waves,
  scale: Scale,
  swords: Swords,
  vote: Vote,
  chart: ChartLine,
  bot: Bot,
  archive: Archive,
  table: Table,
  code: Braces,
  binary: Binary,
} as const;

const KEYS_TOLD = [
  ['view.search', 'search or command'],
  ['process.evaluate', 'evaluate the file'],
  ['time.next', 'next message of the process'],
  ['time.previous', 'previous message'],
] as const;

/** Headings over the samples, in the order in which a newcomer would take them. */
const GROUPS = [
  ['first', 'Start with a running sample'],
  ['hunt', 'Hunt a planted bug'],
  ['alone', 'Processes that act by themselves'],
  ['beyond', 'Beyond Lua in memory'],
] as const;

interface Recent {
  readonly path: string;
  readonly name: string;
}

/** The first thing one sees: samples that run at once, a folder to open, and what was open before. */
export function WelcomePanel(): React.ReactNode {
  const app = useApp();
  const linkState = useStore(app.workspace, (state) => state.linkState);
  const project = useStore(app.workspace, (state) => state.project?.path ?? null);
  const [samples, setSamples] = useState<readonly SampleInfo[]>([]);
  const [recent, setRecent] = useState<readonly Recent[]>([]);
  const [recordings, setRecordings] = useState<readonly Recent[]>([]);
  const [failure, setFailure] = useState<unknown>(null);
  const { keysOf } = useKeyWords();
  useEffect(() => {
    let isGone = false;
    const read = async (): Promise<void> => {
      const [known, before, opened] = await Promise.all([
        app.link.ask('project.samples', {}),
        app.link.ask('project.recent', {}),
        app.link.ask('recording.recent', {}),
      ]);
      if (isGone) return;
      setSamples(known.samples);
      setRecent(before.projects);
      setRecordings(opened.recordings);
      setFailure(null);
    };
    read().catch((error: unknown) => !isGone && setFailure(error));
    return () => {
      isGone = true;
    };
  }, [app, linkState, project]);

  return (
    <div className="panel welcome">
      <div className="welcome-body">
        <header>
          <p className="welcome-title">aoscope</p>
          <p>Write ao processes, run them on the node inside, watch every message, step back through time.</p>
        </header>
        <div className="welcome-ways">
          <Button onClick={() => void app.commands.run('help.guide')}>
            <Compass size={14} aria-hidden /> Guided tour: seven ideas of ao
          </Button>
          <Button look="quiet" onClick={() => void app.commands.run('help.open')}>
            <CircleQuestionMark size={14} aria-hidden /> Help
          </Button>
        </div>
        {failure !== null && <ErrorText error={failure} />}
        {GROUPS.filter(([group]) => samples.some((sample) => sample.group === group)).map(([group, title]) => (
          <section key={group} aria-labelledby={`welcome-${group}`}>
            <h2 id={`welcome-${group}`}>{title}</h2>
            <div className="samples">
              {samples
                .filter((sample) => sample.group === group)
                .map((sample) => (
                  <SampleCard key={sample.id} sample={sample} />
                ))}
            </div>
          </section>
        ))}
        <div className="welcome-columns">
          <section aria-labelledby="welcome-open">
            <h2 id="welcome-open">Open a project</h2>
            <Button onClick={() => void app.commands.run('project.new')}>
              <FolderPlus size={14} aria-hidden /> New project…
            </Button>
            <OpenFolder />
            <Button onClick={() => void app.commands.run('recording.open')}>
              <Film size={14} aria-hidden /> Open a recording…
            </Button>
          </section>
          <RecentList id="welcome-recent" title="Recent" entries={recent} />
          <RecentList id="welcome-recordings" title="Recordings" entries={recordings} />
        </div>
        <ul className="welcome-keys">
          {KEYS_TOLD.map(([command, words]) => (
            <li key={command}>
              {keysOf(command) !== '' && <kbd>{keysOf(command)}</kbd>} {words}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** What was open before; a click opens it again. Nothing where there is none. */
function RecentList({
  id,
  title,
  entries,
}: {
  readonly id: string;
  readonly title: string;
  readonly entries: readonly Recent[];
}): React.ReactNode {
  const app = useApp();
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul className="recent">
        {entries.slice(0, 6).map((one) => (
          <li key={one.path}>
            <button type="button" onClick={() => void openProject(app, one.path).catch(app.ui.getState().fail)}>
              <b>{one.name}</b>
              <span title={one.path}>{one.path}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function SampleCard({ sample }: { readonly sample: SampleInfo }): React.ReactNode {
  const app = useApp();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const Icon = ICONS[sample.icon];
  const open = (): void => {
    setBusy(true);
    setFailure(null);
    openSample(app, sample.id)
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <div className="sample">
      <button type="button" className="sample-button" data-sample={sample.id} disabled={isBusy} aria-busy={isBusy} onClick={open}>
        <span className="sample-title">
          <span className="sample-icon">
            {isBusy ? <LoaderCircle size={15} className="spin" aria-hidden /> : <Icon size={15} aria-hidden />}
          </span>
          <b>{sample.title}</b>
        </span>
        <span className="sample-about">{isBusy ? 'Starting: copying, spawning its processes…' : sample.about}</span>
      </button>
      {failure !== null && <ErrorText error={failure} />}
    </div>
  );
}

function OpenFolder(): React.ReactNode {
  const app = useApp();
  const shell = useStore(app.workspace, (state) => state.status?.shell);
  const [path, setPath] = useState('');
  const [failure, setFailure] = useState<unknown>(null);
  if (shell === 'electron') {
    return (
      <Button onClick={() => void app.commands.run('project.open')}>
        <FolderOpen size={14} aria-hidden /> Open folder…
      </Button>
    );
  }
  return (
    <form
      className="open-folder"
      onSubmit={(event) => {
        event.preventDefault();
        setFailure(null);
        if (path.trim() !== '') openPath(app, path.trim()).catch(setFailure);
      }}
    >
      <input
        className="field"
        aria-label="Path of a folder or recording on this computer"
        id="welcome-path"
        placeholder="/path/to/a/folder or recording.aoscope"
        spellCheck={false}
        value={path}
        onChange={(event) => setPath(event.target.value)}
      />
      <Button onClick={(event) => event.currentTarget.form?.requestSubmit()} disabled={path.trim() === ''}>
        <FolderOpen size={14} aria-hidden /> Open
      </Button>
      {failure !== null && <ErrorText error={failure} />}
    </form>
  );
}

/** A folder, or a recording. */
function openPath(app: App, path: string): Promise<void> {
  return RECORDING_FILE.test(path) ? openRecording(app, path) : openProject(app, path);
}
