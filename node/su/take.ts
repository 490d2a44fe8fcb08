import type { Commands } from '../contract/commands.ts';
import { AoError } from '../contract/errors.ts';
import type { Address, ProcessId } from '../contract/ids.ts';
import { tagValue } from '../contract/item.ts';
import type { FactBody } from '../contract/trace.ts';
import { endOf, isAssigned, notNext, type LogEnd } from '../item/log-line.ts';
import { trustItem } from '../item/parse.ts';
import { sketchOf, unseenSketch } from '../item/tags.ts';
import type { LogLine } from './bundle.ts';
import type { Schedule } from './schedule.ts';
import { readAssignment } from './slot.ts';

/** What lines of another scheduler are put behind. */
export interface TakePorts {
  readonly schedule: Schedule;
  /** Whose lines are taken. */
  readonly scheduler: Address;
  /** @param atMs when it happened. */
  record(fact: FactBody, atMs: number): void;
}

/**
 * Puts lines that another scheduler wrote behind the end of their log, all or none of them. What is there already is passed over, so that
 * a page that was handed over twice does no harm.
 * @throws AoError HOME_GAP where one is of somebody else, or does not follow from the line before it.
 */
export function takeLines(
  { process, lines }: Commands['su.takeLines']['args'],
  { schedule, scheduler, record }: TakePorts,
): Commands['su.takeLines']['reply'] {
  let end = schedule.end(process);
  const taken: LogLine[] = [];
  for (const bytes of lines) {
    const line = lineOf(bytes);
    if (end !== null && line.assignment.slot <= end.slot) continue;
    const reason = wrongWith(line, { process, scheduler, end });
    if (reason !== null) throw new AoError('HOME_GAP', { process, slot: end === null ? 0 : end.slot + 1, reason });
    taken.push(line);
    end = endOf(line.assignment);
  }
  schedule.extend(taken);
  for (const { assignment, messageBytes } of taken) {
    const { id, slot, timestampMs, message } = assignment;
    const item = messageBytes === null ? null : trustItem(messageBytes);
    const sketch = item === null ? unseenSketch(process) : sketchOf(item);
    record({ kind: 'su.assigned', id: message, assignment: id, process, slot, timestampMs, sketch }, timestampMs);
  }
  return { slots: end === null ? 0 : end.slot + 1 };
}

type TakenBytes = Commands['su.takeLines']['args']['lines'][number];

/** The number among all lines is given when it is written. */
function lineOf({ assignment, message }: TakenBytes): LogLine {
  const assignmentBytes = Buffer.from(assignment, 'base64url');
  return {
    seq: 0,
    assignment: readAssignment(assignmentBytes),
    assignmentBytes,
    messageBytes: message === null ? null : Buffer.from(message, 'base64url'),
    request: null,
    limits: null,
  };
}

interface Expected {
  readonly process: ProcessId;
  readonly scheduler: Address;
  readonly end: LogEnd | null;
}

/** Null where it is the next line of the log. */
function wrongWith({ assignment, messageBytes }: LogLine, { process, scheduler, end }: Expected): string | null {
  if (assignment.address !== scheduler || tagValue(assignment.tags, 'Type') !== 'Assignment')
    return 'its assignment is not one of the scheduler of the process';
  if (!isAssigned(assignment, messageBytes === null ? null : trustItem(messageBytes)))
    return 'its message is not the one that its assignment is for';
  return notNext(assignment, process, end);
}
