import { outputText, type Outcome } from '../../../contract/outcome.ts';
import { moduleSource, spawnReal } from './aos.fixture.ts';
import { spawnProcess, stripColours, tagsOf, type TestProcess } from '../lua/process.fixture.ts';
import { API } from '../../../lua/api/api.ts';
import type { ApiEntry } from '../../../lua/api/entry.ts';
import { EXERCISES, type ExerciseStep } from '../../../lua/api/exercises.fixture.ts';

/** What came of a row's exercise on both runtimes. */
export interface Behaviour {
  readonly entry: ApiEntry;
  readonly isEqual: boolean;
  readonly lua: string;
  readonly aos: string;
}

/** Writes values in one way, whatever the runtime: keys in order, integers apart from floats, without addresses. */
const SHOW = `
function ShowValue(v, depth)
  if math.type(v) == "float" then return string.format("%.12g", v) .. "f" end
  if type(v) == "string" then return string.format("%q", v) end
  if type(v) ~= "table" then return type(v) == "function" and "function" or type(v) == "thread" and "thread" or tostring(v) end
  if getmetatable(v) ~= nil and getmetatable(v).__tostring ~= nil then return tostring(v) end
  if depth > 5 then return "…" end
  local rows = {}
  for k, w in pairs(v) do rows[#rows + 1] = "[" .. ShowValue(k, depth + 1) .. "]=" .. ShowValue(w, depth + 1) end
  table.sort(rows)
  return "{" .. table.concat(rows, ",") .. "}"
end
function Show(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = ShowValue((select(i, ...)), 0) end
  return table.concat(out, ", ")
end
Handlers.add("look", "Look", function(m) Seen = m end)
return "ok"`;
const LOOKED = { Action: 'Look', Type: 'Message', Variant: 'ao.TN.1', Reference: '3', Quantity: '12', Recipient: 'r', Name: 'n' };

/** Every row of the table that both runtimes have, with what its exercise gives there. @throws Error for a row that has none. */
export async function behaviours(): Promise<readonly Behaviour[]> {
  const processes = [await spawnProcess(), await spawnReal(moduleSource('aos-2.0.6'))] as const;
  for (const process of processes) {
    process.eval(SHOW);
    process.send(LOOKED, 'some data');
  }
  return API.filter(({ on }) => on === 'both').map((entry) => {
    const steps = EXERCISES[entry.home]?.[entry.name];
    if (steps === undefined) throw new Error(`no exercise for ${entry.home}.${entry.name}`);
    const [lua, aos] = processes.map((process) => JSON.stringify(told(process, typeof steps === 'string' ? [steps] : steps)));
    return { entry, isEqual: lua === aos, lua: lua ?? '', aos: aos ?? '' };
  });
}

function told(process: TestProcess, steps: readonly ExerciseStep[]): readonly unknown[] {
  let sent = '';
  return steps.map((step) => {
    const outcome =
      typeof step === 'string'
        ? process.eval(`return Show((function() ${step} end)())`)
        : process.send(Object.fromEntries(Object.entries(step).map(([name, value]) => [name, value === '@' ? sent : value])), 'text');
    sent = tagsOf(outcome.messages.at(-1))['Reference'] ?? sent;
    return seen(outcome);
  });
}

/** What a program and its neighbours notice: what was printed and returned, what was sent, and whether it failed. */
function seen({ output, messages, spawns, assignments, error }: Outcome): unknown {
  const text = stripColours(outputText(output).text).replaceAll(/0x[0-9a-f]+/g, '0x');
  // Each counts its messages by itself; a number is one wherever it stands.
  const entries = [...messages, ...spawns].map((one) => ({
    ...one,
    Anchor: '',
    Tags: Object.entries({ ...tagsOf(one), Reference: '' }).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  }));
  return { text, entries, assignments, isFailed: error !== null };
}
