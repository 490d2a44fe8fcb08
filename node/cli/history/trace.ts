import type { CodePlace, HandlerDecision, SlotRecording, StackFrame, StepPage } from '../../contract/recording.ts';
import type { Asked, HistoryCommand } from './project-command.ts';

const LINES_SHOWN = 200;
const LINES_KEPT = 100_000;

/** `aoscope trace`: what happened inside one slot. */
export const traceCommand: HistoryCommand = {
  usage: `aoscope trace <project|recording> <process> <slot> [options]

Runs one slot again on a copy and tells what happened inside: which handlers were asked and why they passed, the lines
that ran, what was sent from which line, and where an error began. The process itself is not touched.

  --tick N     a cron message before that slot, from 0 on
  --step N     the stack with its variables at that step
  --eval EXPR  what an expression gives at that step, or after the slot
  --data DIR   folder for wallets and settings, instead of the user's own
  --json       one line of JSON, with every kept line
  --help       this text`,
  options: { tick: { type: 'string' }, step: { type: 'string' }, eval: { type: 'string' } },
  wordsMax: 2,
  async run(asked) {
    const process = await asked.process(asked.words[0]);
    const slot = await asked.slot(process, asked.words[1]);
    const place = { process, slot, tick: asked.number('tick') };
    const step = asked.number('step');
    const expression = asked.text('eval');
    if (expression !== null) {
      const value = await asked.ask('cu.expression', { ...place, step, frame: 0, expression });
      asked.show(value, value.preview);
      return value.kind === 'error' ? 1 : 0;
    }
    if (step !== null) return showFrames(asked, { ...place, step });
    const recording = await asked.ask('cu.trace', place);
    const steps = await asked.ask('cu.traceSteps', { ...place, from: 0, limit: asked.isJson ? LINES_KEPT : LINES_SHOWN });
    asked.show({ ...recording, lines: steps }, recordingText(recording, steps));
    return recording.isFaithful ? 0 : 1;
  },
};

async function showFrames(asked: Asked, args: Parameters<typeof asked.ask<'cu.frames'>>[1]): Promise<number> {
  const { frames } = await asked.ask('cu.frames', args);
  const lines = frames.flatMap((frame) => [
    frameText(frame),
    ...(frame.isRuntime ? [] : [...frame.locals, ...frame.upvalues].map(({ name, preview }) => `    ${name} = ${preview}`)),
  ]);
  asked.show({ frames }, lines.join('\n'));
  return 0;
}

function recordingText(recording: SlotRecording, steps: StepPage): string {
  const { guard, handlers, sends, error, sources, isFaithful } = recording;
  const parts = [
    isFaithful ? 'The replay gave the recorded outcome.' : 'The replay did NOT give the recorded outcome.',
    ...(guard === null ? [] : ['', `No handler was asked: ${guardText(guard)}`]),
    ...(handlers.length === 0 ? [] : ['', 'Handlers', ...handlers.map(handlerText)]),
    ...(steps.line.length === 0 ? [] : ['', `Lines (${recording.keptSteps} of the program, ${recording.steps} in all)`]),
    ...steps.line.map(
      (line, at) => `  ${String(steps.step[at]).padStart(8)}  ${title(sources[steps.source[at] ?? -1]?.chunk ?? '')}:${line}`,
    ),
    ...(recording.keptSteps > steps.line.length ? [`  … ${recording.keptSteps - steps.line.length} more, with --json`] : []),
    ...(sends.length === 0 ? [] : ['', 'Sent', ...sends.map(({ kind, index, place }) => `  ${kind} ${index} from ${placeText(place)}`)]),
    ...(error === null ? [] : ['', `Error: ${error.message}`, ...error.stack.map((frame) => `  ${frameText(frame)}`)]),
  ];
  return parts.join('\n');
}

function handlerText({ name, answer, handle, pattern, failed }: HandlerDecision): string {
  const why = failed === null ? '' : `: ${failed.key} should be ${failed.expected}, was ${failed.actual}`;
  const where = handle === null ? '' : ` at ${title(handle)}`;
  return answer === 'skip' ? `  ${name}  passed${why}  [${pattern}]` : `  ${name}  ran${where} (${answer})`;
}

function guardText(guard: NonNullable<SlotRecording['guard']>): string {
  if (guard.kind === 'untrusted')
    return `${guard.from} is not trusted when ${guard.owner} signs for it. Trusted: ${guard.authorities.join(', ') || 'nobody'}`;
  if (guard.kind === 'not assignable') return `data for ${guard.target || 'nobody'} was assigned, and nothing makes it assignable`;
  return guard.reason;
}

function frameText({ function: name, place }: StackFrame): string {
  return `${name}  ${placeText(place)}`;
}

/** A place as `file:line`. */
export function placeText(place: CodePlace | null): string {
  return place === null ? 'the runtime' : `${title(place.chunk)}:${place.line}`;
}

function title(chunk: string): string {
  return chunk.replace(/^[@=]/, '');
}
