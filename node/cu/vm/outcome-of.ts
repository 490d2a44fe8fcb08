import type { Json, Outcome, OutboxAssignment, OutboxMessage, OutboxSpawn, Verdict } from '../../contract/outcome.ts';
import type { Tag } from '../../contract/item.ts';

type JsonObject = { readonly [key: string]: Json };

/** What the runtime answered, as the contract has it. Empty lists of Lua are lists here, whatever they were meant to be. */
export function toOutcome(raw: Json, gasUsed: number): Outcome {
  const answer = asObject(raw);
  const output = answer['Output'] ?? null;
  if (answer['Error'] !== undefined) return failedOutcome(asText(answer['Error']), output, gasUsed, null);
  return {
    output,
    messages: asList(answer['Messages']).map(toMessage),
    spawns: asList(answer['Spawns']).map(toSpawn),
    assignments: asList(answer['Assignments']).map(toAssignment),
    error: null,
    gasUsed,
    verdict: null,
  };
}

/** An outcome whose outboxes are empty because of `error`. */
export function failedOutcome(error: string, output: Json, gasUsed: number, verdict: Verdict | null): Outcome {
  return { output, messages: [], spawns: [], assignments: [], error, gasUsed, verdict };
}

function toMessage(raw: Json): OutboxMessage {
  const message = asObject(raw);
  return {
    Target: asText(message['Target']),
    Anchor: asText(message['Anchor']),
    Tags: toTags(message['Tags']),
    Data: asText(message['Data']),
    ...notText(message['Tags']),
  };
}

function toSpawn(raw: Json): OutboxSpawn {
  const spawn = asObject(raw);
  return { Anchor: asText(spawn['Anchor']), Tags: toTags(spawn['Tags']), Data: asText(spawn['Data']), ...notText(spawn['Tags']) };
}

function toAssignment(raw: Json): OutboxAssignment {
  const { Processes, Message, BaseLayer, Exclude } = asObject(raw);
  return {
    Processes: asList(Processes).map(asText),
    Message: asText(Message),
    // aos programs write the flag as true or as an empty string (a presence flag on the wire).
    ...(BaseLayer !== undefined && BaseLayer !== null && BaseLayer !== false ? { BaseLayer: true } : {}),
    ...(Exclude === undefined ? {} : { Exclude: typeof Exclude === 'string' ? Exclude.split(',') : asList(Exclude).map(asText) }),
  };
}

function toTags(raw: Json | undefined): Tag[] {
  return asList(raw).map((entry) => {
    const tag = asObject(entry);
    return { name: asText(tag['name']), value: asText(tag['value']) };
  });
}

/** aos leaves numbers in tags numbers. They are kept apart from text: the network's MU passes over the message (protocol §2.3). */
function notText(raw: Json | undefined): Pick<OutboxMessage, 'NotText'> {
  const names = asList(raw)
    .map(asObject)
    .filter(({ value }) => typeof value !== 'string')
    .map(({ name }) => asText(name));
  return names.length === 0 ? {} : { NotText: names };
}

function asObject(raw: Json | undefined): JsonObject {
  return typeof raw === 'object' && raw !== null && !isList(raw) ? raw : {};
}

function asList(raw: Json | undefined): readonly Json[] {
  return raw !== undefined && isList(raw) ? raw : [];
}

function isList(raw: Json): raw is readonly Json[] {
  return Array.isArray(raw);
}

function asText(raw: Json | undefined): string {
  if (typeof raw === 'string') return raw;
  if (raw === undefined || raw === null) return '';
  return JSON.stringify(raw);
}
