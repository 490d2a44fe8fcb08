import { execFileSync } from 'node:child_process';

/** The process of one unit below the process `parent`; as `ps` of Linux and macOS tells. */
export function unitPid(parent: number | undefined, unit: string): number {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const line = lines.find((one) => new RegExp(`^\\s*\\d+\\s+${parent}\\s.*units.${unit}\\.cjs`).test(one));
  if (line === undefined) throw new Error(`there is no process of the ${unit} below ${parent}`);
  return Number.parseInt(line, 10);
}
