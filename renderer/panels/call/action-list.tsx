import type { CallShape } from '../../model/call-shapes.ts';

/** What the process waits for, and what it was sent besides. */
export function ActionList({
  name,
  shapes,
  chosen,
  onChoose,
}: {
  readonly name: string;
  readonly shapes: readonly CallShape[] | undefined;
  readonly chosen: string;
  onChoose(shape: CallShape): void;
}): React.ReactNode {
  return (
    <section aria-labelledby="call-actions">
      <h3 id="call-actions">{name} takes</h3>
      {shapes === undefined && <p className="faint">Looking at its handlers…</p>}
      {shapes?.length === 0 && (
        <p className="faint">No handler waits for an action, and no message with one came. Write an action at the side.</p>
      )}
      <ul className="call-actions">
        {shapes?.map((shape) => (
          <li key={shape.action}>
            <button
              type="button"
              aria-pressed={shape.action === chosen}
              title={shape.handler === null ? 'It came; no handler waits for it by name' : `The handler ${shape.handler} waits for it`}
              className={shape.handler === null ? 'is-seen' : ''}
              onClick={() => onChoose(shape)}
            >
              <span>{shape.action}</span>
              {shape.count > 0 && (
                <span className="call-count" aria-label={`${shape.count} ${shape.count === 1 ? 'message' : 'messages'}`}>
                  {shape.count}
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
