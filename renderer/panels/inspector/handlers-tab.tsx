import { Check, CircleAlert, CircleCheck, Minus, X } from 'lucide-react';
import { tagValue } from '../../../node/contract/item.ts';
import type { EvaluationPlace, HandlerDecision, SendSite, SlotRecording } from '../../../node/contract/recording.ts';
import { handledOf, hasRun, isOwn } from '../../model/handled.ts';
import { placeOf } from '../../model/lookup.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { usePlace } from '../../stores/use-place.ts';
import { PlaceLink } from '../../widgets/place-link.tsx';
import { Progress } from '../../widgets/progress.tsx';
import { Section } from './parts.tsx';
import './handlers.css';

/** Which handlers a message met, what each said to it and why: the answer to "why did nothing happen?". */
export function HandlersTab({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const place = placeOf(world, row);
  const asked = useAnswer('cu.trace', place);
  if (place === null) return <p className="inspector-wait">It has not been evaluated, so no handler has met it.</p>;
  const recording = asked.value;
  return (
    <>
      <Progress asked={asked} />
      {recording !== undefined && (
        <div className={asked.isOld ? 'is-old' : ''}>
          <Handled world={world} recording={recording} slot={place.slot} />
          <Sends recording={recording} place={place} />
          <Stack recording={recording} />
        </div>
      )}
    </>
  );
}

/** What the handlers said. @param slot of the message. */
export function Handled(props: { readonly world: World; readonly recording: SlotRecording; readonly slot: number }): React.ReactNode {
  return (
    <>
      <Verdict {...props} />
      <Handlers handlers={props.recording.handlers} />
    </>
  );
}

const ICONS = { ok: CircleCheck, warn: CircleAlert, error: CircleAlert } as const;

function Verdict(props: { readonly world: World; readonly recording: SlotRecording; readonly slot: number }): React.ReactNode {
  const { world, recording, slot } = props;
  const { tone, sentence, cure } = handledOf(world, recording, slot);
  const Icon = ICONS[tone];
  return (
    <div className={`handled is-${tone}`} role="status">
      <Icon size={15} aria-hidden />
      <div>
        <p>{sentence}</p>
        {cure !== null && <p className="dim">{cure}</p>}
        {!recording.isFaithful && (
          <p className="dim">The replay gave another outcome than was recorded: what stands here may differ from what happened.</p>
        )}
      </div>
    </div>
  );
}

function Handlers({ handlers }: { readonly handlers: readonly HandlerDecision[] }): React.ReactNode {
  const shown = handlers.filter((one) => isOwn(one) || hasRun(one));
  const rest = handlers.filter((one) => !shown.includes(one));
  if (handlers.length === 0) return null;
  return (
    <Section title="Handlers, as they were asked" note={`${handlers.length}`}>
      <ol className="handlers">
        {shown.map((one, index) => (
          <Handler key={index} decision={one} />
        ))}
      </ol>
      {rest.length > 0 && (
        <details className="inspector-protocol">
          <summary>{rest.length} of the module, which did not match</summary>
          <ol className="handlers">
            {rest.map((one, index) => (
              <Handler key={index} decision={one} />
            ))}
          </ol>
        </details>
      )}
    </Section>
  );
}

const ANSWERS: Readonly<Record<HandlerDecision['answer'], readonly [words: string, icon: typeof Check]>> = {
  stop: ['ran, and was the last', Check],
  continue: ['ran, the next was asked', Check],
  default: ['ran, since none had stopped', Check],
  skip: ['did not match', Minus],
  error: ['failed', X],
};

function Handler({ decision }: { readonly decision: HandlerDecision }): React.ReactNode {
  const { name, pattern, failed, answer, handle } = decision;
  const place = usePlace(handle ?? '');
  const [words, Icon] = ANSWERS[answer];
  return (
    <li className={`handler is-${answer}`}>
      <Icon size={13} aria-hidden />
      <div className="handler-main">
        <span className="handler-name">
          <b>{name}</b> <span>{words}</span>
        </span>
        <code className="handler-pattern" title={pattern}>
          {pattern}
        </code>
        {failed !== null && (
          <span className="handler-failed">
            {failed.key}: wanted <code>{failed.expected}</code>, was <code>{failed.actual}</code>
          </span>
        )}
      </div>
      <PlaceLink place={place} />
    </li>
  );
}

/** Where the outbox was filled. */
function Sends({ recording, place }: { readonly recording: SlotRecording; readonly place: EvaluationPlace }): React.ReactNode {
  const { process, slot, tick } = place;
  const result = useAnswer('cu.result', tick === null && recording.sends.length > 0 ? { process, slot } : null);
  // That of the slot before says nothing of this one.
  const outbox = result.isOld ? undefined : result.value;
  const actionOf = ({ kind, index }: SendSite): string | null =>
    kind === 'message' ? tagValue(outbox?.messages[index]?.Tags ?? [], 'Action') : null;
  const sends = recording.sends.filter((one) => one.place !== null);
  if (sends.length === 0) return null;
  return (
    <Section title="Sent from" note={`${recording.sends.length}`}>
      <ul className="handlers">
        {sends.slice(0, SENDS_SHOWN).map((one, index) => (
          <li key={index} className="handler is-sent">
            <span className="handler-name">
              {actionOf(one) ?? one.kind} <span className="faint">{one.index + 1}</span>
            </span>
            <StepLink text={`${one.place?.chunk ?? ''}:${one.place?.line ?? 0}`} step={one.step} />
          </li>
        ))}
      </ul>
      {sends.length > SENDS_SHOWN && <p className="faint">and {sends.length - SENDS_SHOWN} more</p>}
    </Section>
  );
}

const SENDS_SHOWN = 20;

function Stack({ recording }: { readonly recording: SlotRecording }): React.ReactNode {
  if (recording.error === null) return null;
  const { message, stack, step } = recording.error;
  return (
    <Section title="Where it failed">
      <pre className="inspector-output mono">{message.split('\nstack traceback:')[0]}</pre>
      <ol className="handlers">
        {stack.map((frame, index) => (
          <li key={index} className={`handler is-frame${frame.isRuntime ? ' is-runtime' : ''}`}>
            <span className="handler-name mono">{frame.function}</span>
            {frame.place !== null && <StepLink text={`${frame.place.chunk}:${frame.place.line}`} step={step} />}
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** A line of code with the step at which it ran: a click goes to both. */
function StepLink({ text, step }: { readonly text: string; readonly step: number }): React.ReactNode {
  const app = useApp();
  const place = usePlace(text);
  if (place === null) return <span className="faint mono">{text.replace(/^[@=]/, '')}</span>;
  return (
    <PlaceLink
      place={{
        ...place,
        open() {
          app.focus.getState().setStep(step);
          place.open();
        },
      }}
    />
  );
}
