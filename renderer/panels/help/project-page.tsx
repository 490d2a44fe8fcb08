import { useEffect, useState, type ComponentProps } from 'react';
import { useStore } from 'zustand';
import { README_FILE } from '../../model/help-pages.ts';
import { useApp } from '../../stores/app-context.ts';
import { ErrorText } from '../../widgets/error-text.tsx';
import { Markdown } from './markdown.tsx';

/** What the open project tells of itself: as it stands in the editor, else as it stands on the disk. */
export function ProjectPage({ onLink }: Pick<ComponentProps<typeof Markdown>, 'onLink'>): React.ReactNode {
  const app = useApp();
  const project = useStore(app.workspace, (state) => state.project?.path ?? null);
  const open = useStore(app.editor, (state) => state.files.get(README_FILE)?.text);
  const [read, setRead] = useState<{ readonly text: string; readonly error: unknown } | null>(null);
  const isOpen = open !== undefined;
  useEffect(() => {
    if (isOpen || project === null) return;
    let isGone = false;
    app.link.ask('files.read', { path: README_FILE }).then(
      ({ text }) => !isGone && setRead({ text, error: null }),
      (error: unknown) => !isGone && setRead({ text: '', error }),
    );
    return () => {
      isGone = true;
    };
  }, [app, project, isOpen]);
  if (!isOpen && read?.error) return <ErrorText error={read.error} />;
  return <Markdown text={open ?? read?.text ?? ''} onLink={onLink} />;
}
