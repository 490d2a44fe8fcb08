import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from 'lucide-react';
import { useEffect } from 'react';
import type { Notice } from '../stores/notice.ts';
import { Button } from '../widgets/button.tsx';
import { useSpoken } from '../widgets/spoken.ts';
import './notices.css';

const ICONS = { info: Info, ok: CircleCheck, warn: TriangleAlert, error: CircleAlert } as const;

interface NoticesProps {
  readonly notices: readonly Notice[];
  onDismiss(id: number): void;
  onFail(error: unknown): void;
}

/** Notices in the corner, read aloud as they come. */
export function Notices({ notices, onDismiss, onFail }: NoticesProps): React.ReactNode {
  return (
    <div className="notices" role="region" aria-label="Notices" aria-live="polite">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} onDismiss={onDismiss} onFail={onFail} />
      ))}
    </div>
  );
}

function NoticeCard({ notice, onDismiss, onFail }: Omit<NoticesProps, 'notices'> & { readonly notice: Notice }): React.ReactNode {
  const Icon = ICONS[notice.tone];
  const spoken = useSpoken();
  const { id, lifeMs } = notice;
  useEffect(() => {
    if (lifeMs === null) return;
    const timer = setTimeout(() => onDismiss(id), lifeMs);
    return () => clearTimeout(timer);
  }, [id, lifeMs, onDismiss]);
  return (
    <div className={`notice ${notice.tone}`} role={notice.tone === 'error' ? 'alert' : 'status'} data-code={notice.code ?? undefined}>
      <Icon size={15} className="notice-icon" aria-hidden />
      <div className="notice-text">
        <span>{spoken(notice.sentence)}</span>
        {notice.cure !== null && <span className="notice-cure">{notice.cure}</span>}
        {notice.code !== null && notice.details.length === 0 && <span className="notice-code">{notice.code}</span>}
        {notice.details.length > 0 && (
          <details>
            <summary className="notice-code">{notice.code ?? 'Details'}</summary>
            <pre>{notice.details.join('\n')}</pre>
          </details>
        )}
        {notice.actions.length > 0 && (
          <div className="notice-actions">
            {notice.actions.map((action) => (
              <Button
                key={action.title}
                isSmall
                onClick={() => {
                  onDismiss(id);
                  Promise.resolve()
                    .then(() => action.run())
                    .catch(onFail);
                }}
              >
                {action.title}
              </Button>
            ))}
          </div>
        )}
      </div>
      <Button look="quiet" isSmall isIcon label="Close the notice" onClick={() => onDismiss(id)}>
        <X size={13} />
      </Button>
    </div>
  );
}
