import type { CodeChange, Compared, DeployPlan, PlanStep } from '../../contract/deploy.ts';
import { counted } from '../../serve/say.ts';

const SHOWN = 300;
const DOES: Readonly<Record<PlanStep['does'], string>> = {
  spawn: 'spawn',
  evaluate: 'evaluate the new code into it',
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
    ...uploads.map(({ module, bytes, price }) => `  upload module ${module}${sizeOf(bytes)}${price === null ? '' : `, ${price} winston`}`),
    ...steps.flatMap(stepLines),
    ...besides.map((text) => `  also: ${text}`),
    ...warnings.map((text) => `  Note: ${text}`),
  ];
}

function sizeOf(bytes: number): string {
  return bytes === 0 ? '' : `, ${counted(bytes, 'byte')}`;
}

function stepLines(step: PlanStep): string[] {
  const { name, does, process, module, files, codeBytes, runs, has, change, tags, cron, needs, start } = step;
  const head = `  ${name}${process === null ? '' : ` (${process})`}: ${DOES[does]}`;
  if (does !== 'spawn' && does !== 'evaluate') return [head];
  const shown = [
    `module ${module}`,
    `${files.join(', ')}${sizeOf(codeBytes)}`,
    ...(does === 'evaluate' ? [`code ${runs ?? 'none'} → ${has ?? 'none'}`] : []),
    ...Object.entries(tags).map(([tag, value]) => `tag ${tag}: ${value}`),
    ...cron.map((every) => `cron ${every}`),
    ...(needs.length === 0 ? [] : [`after ${needs.join(', ')}`]),
    ...(start === null || does !== 'spawn' ? [] : [`then a message ${start}`]),
  ];
  return [head, ...[...shown, ...changeLines(change)].map((text) => `      ${text}`)];
}

const MARKS = { same: ' ', out: '-', in: '+' } as const;

/** What changes against the code that runs. */
function changeLines(change: CodeChange | null): readonly string[] {
  if (change === null) return [];
  const more = change.unshown === 0 ? [] : [`… ${counted(change.unshown, 'line')} more`];
  const lines = change.parts.flatMap((part, at) => [...(at === 0 ? [] : ['…']), ...part.map(({ is, text }) => `${MARKS[is]} ${text}`)]);
  return [`${counted(change.out, 'line')} out, ${change.in} in, against what runs:`, ...lines, ...more];
}

export function comparedLines(compared: readonly Compared[]): readonly string[] {
  return compared.flatMap(({ name, is, difference }) => {
    if (is === 'equal') return [`  ${name} answered as in the rehearsal`];
    if (is === 'unknown') return [`  ${name} could not be compared: the network did not say what became of its code`];
    if (difference === null) return [`  ${name} has a past that the rehearsal has not: not compared`];
    return [
      `  ${name} answered otherwise than in the rehearsal: ${difference.part}`,
      `      network:   ${difference.network.slice(0, SHOWN)}`,
      `      rehearsal: ${difference.rehearsal.slice(0, SHOWN)}`,
    ];
  });
}
