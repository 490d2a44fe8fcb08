import { useCallback, useEffect } from 'react';
import { useStore } from 'zustand';
import { bindKeys, bindLinks } from './commands/keys.ts';
import { AddressBook } from './frame/address-book.tsx';
import { Banners } from './frame/banners.tsx';
import { DockArea } from './frame/dock.tsx';
import { DropTarget } from './frame/drop-target.tsx';
import { ExportDialog } from './frame/export-dialog.tsx';
import { NewProject } from './frame/new-project.tsx';
import { NoteBox } from './frame/note-box.tsx';
import './frame/frame.css';
import { Rail } from './frame/rail.tsx';
import { TopBar } from './frame/top-bar.tsx';
import { Palette } from './panels/palette/palette.tsx';
import { Guard } from './widgets/guard.tsx';
import { Spoken } from './widgets/spoken.ts';
import { withKnownNames } from './model/lookup.ts';
import { StatusBar } from './panels/status/status-bar.tsx';
import { TimeBar } from './panels/time/time-bar.tsx';
import { AppContext, useApp, type App } from './stores/app-context.ts';
import { LINK_PREFIX } from './model/focus.ts';
import { watchKeyboard } from './stores/keyboard.ts';
import { Notices } from './frame/notices.tsx';
import { SignDialog } from './frame/sign-dialog.tsx';
import { QuestionDialog } from './frame/question-dialog.tsx';
import { Tour } from './frame/tour.tsx';

const LINKS = { copy: 'time.copyLink', paste: 'time.openLink', prefix: LINK_PREFIX };

/** The whole window. */
export function AppFrame({ app }: { readonly app: App }): React.ReactNode {
  useEffect(() => watchKeyboard(window), []);
  useEffect(() => bindKeys(window, app.commands), [app]);
  useEffect(() => bindLinks(document, app.commands, LINKS), [app]);
  const spoken = useCallback((text: string) => withKnownNames(app.world.getState().world, text), [app]);
  return (
    <AppContext value={app}>
      <Spoken value={spoken}>
        <Frame />
      </Spoken>
    </AppContext>
  );
}

function Frame(): React.ReactNode {
  const app = useApp();
  const notices = useStore(app.ui, (state) => state.notices);
  const question = useStore(app.ui, (state) => state.question);
  const { dismiss, fail } = app.ui.getState();
  const project = useStore(app.workspace, (state) => state.project?.name ?? null);
  useEffect(() => {
    document.title = project === null ? 'aoscope' : `${project} – aoscope`;
  }, [project]);
  return (
    <Edge>
      <Guard name="The top bar">
        <TopBar />
      </Guard>
      <Banners />
      <div className="frame-body">
        <Rail />
        <main className="frame-main">
          <DockArea />
          <Guard name="The time bar">
            <TimeBar />
          </Guard>
        </main>
      </div>
      <Guard name="The status bar">
        <StatusBar />
      </Guard>
      <NoteBox />
      <ExportDialog />
      <NewProject />
      <SignDialog />
      <AddressBook />
      <DropTarget />
      <Palette />
      <Tour />
      {question !== null && <QuestionDialog question={question} />}
      <Notices notices={notices} onDismiss={dismiss} onFail={fail} />
    </Edge>
  );
}

/** The edge of the window says where one stands in time; what lies inside is not drawn anew for it. */
function Edge({ children }: { readonly children: React.ReactNode }): React.ReactNode {
  const app = useApp();
  const isPast = useStore(app.focus, (state) => state.isPast);
  const isInBranch = useStore(app.branch, (state) => state.walk !== null);
  return <div className={isInBranch ? 'frame in-branch' : isPast ? 'frame past' : 'frame'}>{children}</div>;
}
