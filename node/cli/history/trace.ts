import type { CodePlace, HandlerDecision, SlotRecording, SourceText, StackFrame, StepPage } from '../../contract/recording.ts';
import { sourceAt } from '../../contract/inside-view.ts';
import { placeInFiles } from '../../contract/source-map.ts';
import { BRANCH_OPTION, BRANCH_USAGE, branchOf, processIn, slotIn } from './in-branch.ts';
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
${BRANCH_USAGE}
  --data DIR   folder for wallets and settings, instead of the user's own
  --json       one line of JSON, with every kept line
  --help       this text`,
  options: { tick: { type: 'string' }, step: { type: 'string' }, eval: { type: 'string' }, ...BRANCH_OPTION },
  wordsMax: 2,
  async run(asked) {
    const at = await branchOf(asked);
    const process = await processIn(asked, asked.words[0], at.branch);
    const slot = await slotIn(asked, process, asked.words[1], at.branch);
    const place = { process, slot, tick: asked.number('tick'), ...at };
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
    const inFile = asked.isJson ? written : await filesOf(asked, place, recording);
    asked.show({ ...recording, lines: steps }, recordingText(recording, steps, inFile));
    return recording.isFaithful ? 0 : 1;
  },
};

/** A place in code as a person knows it: `file:line`; of the recording's source of that index, where one is named. */
type InFile = (place: CodePlace, source?: number) => string;

/** As the code itself names it. */
const written: InFile = ({ chunk, line }) => `${title(chunk)}:${line}`;

/** Places in the files that the code was put together from, as far as they are known. */
async function filesOf(
  asked: Asked,
  { process, slot, branch }: Parameters<typeof asked.ask<'cu.trace'>>[1],
  recording: SlotRecording,
): Promise<InFile> {
  const { sources, hits } = recording;
  const where = branch === undefined ? { process } : { process, branch };
  const texts = new Map<number, SourceText>();
  for (const [index, source] of sources.entries()) {
    const line = hits.find((one) => one.source === index)?.line;
    if (source.isRuntime || line === undefined) continue;
    const found = await asked.ask('cu.source', { ...where, slot: source.slot ?? slot, chunk: source.chunk, line }).catch(() => null);
    if (found !== null) texts.set(index, found);
  }
  return (place, source) => {
    const named = sourceAt(recording, place);
    // A handler's place has the name without its sign.
    const from = texts.get(source ?? (named < 0 ? sourceAt(recording, { ...place, chunk: `@${place.chunk}` }) : named));
    const file = from === undefined ? null : placeInFiles(from.text, place.line, from.file);
    return file === null ? written(place) : `${file.file}:${file.line}`;
  };
}

async function showFrames(asked: Asked, args: Parameters<typeof asked.ask<'cu.frames'>>[1]): Promise<number> {
  const { frames } = await asked.ask('cu.frames', args);
  const lines = frames.flatMap((frame) => [
    frameText(frame),
    ...(frame.isRuntime ? [] : [...frame.locals, ...frame.upvalues].map(({ name, preview }) => `    ${name} = ${preview}`)),
  ]);
  asked.show({ frames }, lines.join('\n'));
  return 0;
}

function recordingText(recording: SlotRecording, steps: StepPage, inFile: InFile): string {
  const { guard, handlers, sends, error, sources, isFaithful } = recording;
  const parts = [
    isFaithful ? 'The replay gave the recorded outcome.' : 'The replay did NOT give the recorded outcome.',
    ...(guard === null ? [] : ['', `No handler was asked: ${guardText(guard)}`]),
    ...(handlers.length === 0 ? [] : ['', 'Handlers', ...handlers.map((one) => handlerText(one, inFile))]),
    ...(steps.line.length === 0 ? [] : ['', `Lines (${recording.keptSteps} of the program, ${recording.steps} steps in all)`]),
    ...steps.line.map(
      (line, at) =>
        `  ${String(steps.step[at]).padStart(8)}  ${inFile({ chunk: sources[steps.source[at] ?? -1]?.chunk ?? '', line }, steps.source[at])}`,
    ),
    ...(recording.keptSteps > steps.line.length ? [`  … ${recording.keptSteps - steps.line.length} more, with --json`] : []),
    ...(sends.length === 0
      ? []
      : ['', 'Sent', ...sends.map(({ kind, index, place }) => `  ${kind} ${index} from ${placeText(place, inFile)}`)]),
    ...(error === null ? [] : ['', `Error: ${error.message}`, ...error.stack.map((frame) => `  ${frameText(frame, inFile)}`)]),
  ];
  return parts.join('\n');
}

function handlerText({ name, answer, handle, pattern, failed }: HandlerDecision, inFile: InFile): string {
  const inFiles = (text: string): string =>
    text.replaceAll(/(?<=function · )(\S+):(\d+)/g, (_, chunk: string, line) => inFile({ chunk, line: Number(line) }));
  const why = failed === null ? '' : `: ${failed.key} should be ${inFiles(failed.expected)}, was ${failed.actual}`;
  const where = handle === null ? '' : ` at ${handleText(handle, inFile)}`;
  return answer === 'skip' ? `  ${name}  passed${why}  [${inFiles(pattern)}]` : `  ${name}  ran${where} (${answer})`;
}

/** Where a handler's function was written, `chunk:line`. */
function handleText(handle: string, inFile: InFile): string {
  const [, chunk, line] = /^(.*):(\d+)$/.exec(handle) ?? [];
  return chunk === undefined ? title(handle) : inFile({ chunk, line: Number(line) });
}

function guardText(guard: NonNullable<SlotRecording['guard']>): string {
  if (guard.kind === 'untrusted')
    return `${guard.from} is not trusted when ${guard.owner} signs for it. Trusted: ${guard.authorities.join(', ') || 'nobody'}`;
  if (guard.kind === 'not assignable') return `data for ${guard.target || 'nobody'} was assigned, and nothing makes it assignable`;
  return guard.reason;
}

function frameText({ function: name, place }: StackFrame, inFile: InFile = written): string {
  return `${name}  ${placeText(place, inFile)}`;
}

/** A place as `file:line`. */
export function placeText(place: CodePlace | null, inFile: InFile = written): string {
  return place === null ? 'the runtime' : inFile(place);
}

function title(chunk: string): string {
  return chunk.replace(/^[@=]/, '');
}
