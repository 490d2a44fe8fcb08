import type { CodeChange, Compared, DeployPlan, PlanStep, PlanUpload, RehearsedFork } from '../../contract/deploy.ts';
import { counted } from '../../serve/say.ts';

const SHOWN = 300;
const DOES: Readonly<Record<PlanStep['does'], string>> = {
  spawn: 'spawn',
  evaluate: 'evaluate the new code into it; rehearsed on a fork of it',
  keep: 'leave as it is: it runs what the files say',
  leave: 'leave as it is: what was changed takes a new process (--respawn)',
  broken: 'leave as it is: it could not boot, and --respawn makes a new one',
};
/** A plan as a person reads it. */
export function planLines({ network, addresses, wallet, uploads, steps, besides, warnings }: DeployPlan): readonly string[] {
  const { gateway, su, cu, mu, upload } = addresses;
  return [
    `To ${network}, signed by ${wallet}:`,
    `  gateway ${gateway}, uploads ${upload ?? gateway}`,
    `  scheduler ${su}, compute ${cu}, messenger ${mu}`,
    ...uploads.flatMap(uploadLines),
    ...steps.flatMap(stepLines),
    ...besides.map((text) => `  also: ${text}`),
    ...warnings.map((text) => `  Note: ${text}`),
  ];
}

function uploadLines({ module, bytes, sha256, price }: PlanUpload): string[] {
  const line = `  upload module ${module}${sizeOf(bytes)}${price === null ? ', at a price that nobody knows yet' : `, ${price} winston`}`;
  return sha256 === null ? [line] : [line, `      SHA-256 ${sha256}`];
}

function sizeOf(bytes: number): string {
  return bytes === 0 ? '' : `, ${counted(bytes, 'byte')}`;
}

function stepLines(step: PlanStep): string[] {
  const { name, does, process, module, moduleId, files, codeBytes, code, runs, has, change, tags, cron, needs, start } = step;
  const head = `  ${name}${process === null ? '' : ` (${process})`}: ${DOES[does]}`;
  if (does !== 'spawn' && does !== 'evaluate') return [head];
  const shown = [
    `module ${module}${moduleId === null ? '' : `, uploaded before as ${moduleId}`}`,
    `${files.join(', ')}${sizeOf(codeBytes)}`,
    ...(does === 'evaluate' ? [`code ${runs ?? 'none'} → ${has ?? 'none'}`] : []),
    ...Object.entries(tags).map(([tag, value]) => `tag ${tag}: ${value}`),
    ...cron.map((every) => `cron ${every}`),
    ...(needs.length === 0 ? [] : [`after ${needs.join(', ')}`]),
    ...(start === null || does !== 'spawn' ? [] : startLines(start, step)),
  ];
  const said = change === null ? codeLines(code) : changeLines(change);
  return [head, ...[...shown, ...said].map((text) => `      ${text}`)];
}

function startLines(start: string, { startTags, startData }: PlanStep): string[] {
  const tags = startTags.map(({ name, value }) => `  tag ${name}: ${value}`);
  return [`then a message ${start}`, ...tags, ...(startData === '' ? [] : ['  with the data:', ...behind('    ', startData)])];
}

/** All of it, as nothing that runs could be compared with it. */
function codeLines(code: string): readonly string[] {
  return code === '' ? [] : ['code:', ...behind('  ', code)];
}

function behind(margin: string, text: string): string[] {
  return text.split('\n').map((line) => `${margin}${line}`);
}

const MARKS = { same: ' ', out: '-', in: '+' } as const;

/** What changes against the code that runs. */
function changeLines(change: CodeChange): readonly string[] {
  const more = change.unshown === 0 ? [] : [`… ${counted(change.unshown, 'line')} more`];
  const lines = change.parts.flatMap((part, at) => [...(at === 0 ? [] : ['…']), ...part.map(({ is, text }) => `${MARKS[is]} ${text}`)]);
  return [`${counted(change.out, 'line')} out, ${change.in} in, against what runs:`, ...lines, ...more];
}

/** What new code did to forks of the live processes that it goes into. */
export function forkLines(forks: readonly RehearsedFork[]): readonly string[] {
  return forks.flatMap(({ name, slots, reason, error }) => {
    if (reason !== null) return [`${name}  not rehearsed on its real state: ${reason}`];
    const head = `${name}  the new code on a fork of its ${counted(slots, 'slot')}`;
    return error === null ? [`${head}: went well`] : [`${head}: failed`, ...behind('    ', error)];
  });
}

export function comparedLines(compared: readonly Compared[]): readonly string[] {
  return compared.flatMap(({ name, is, difference }) => {
    if (is === 'equal') return [`  ${name} answered as in the rehearsal`];
    if (is === 'unknown') return [`  ${name} could not be compared: the network did not say what became of its code`];
    if (difference === null) return [`  ${name} has a past that the rehearsal did not have: not compared`];
    return [
      `  ${name} answered otherwise than in the rehearsal: ${difference.part}`,
      `      network:   ${difference.network.slice(0, SHOWN)}`,
      `      rehearsal: ${difference.rehearsal.slice(0, SHOWN)}`,
    ];
  });
}
