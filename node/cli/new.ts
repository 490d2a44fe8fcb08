import { basename, dirname, relative, resolve } from 'node:path';
import { AoError } from '../contract/errors.ts';
import { builtParts } from '../serve/built.ts';
import { givenOptions } from '../serve/options.ts';
import { say, sayError } from '../serve/say.ts';
import { SAMPLES } from '../workspace/samples.ts';
import { createFromSample, createFromTemplate, TEMPLATES } from '../workspace/templates.ts';

const FIRST = 'counter';

const USAGE = `aoscope new FOLDER [--template NAME | --sample NAME]
aoscope new --list

Makes a project: a folder with aoscope.json, sources and, where the template has them, tests. The folder must not be there, or be empty.

  --template NAME  what it begins with (${FIRST})
  --sample NAME    begin with one of the samples instead
  --list           the templates and samples there are
  --json           one line of JSON
  --help           this text`;

/** `aoscope new`. @returns the exit code. */
export async function runNew(args: readonly string[], outDir: string): Promise<number> {
  try {
    const { values, positionals } = options(args);
    if (values.help === true) {
      say(USAGE);
      return 0;
    }
    const isJson = values.json === true;
    if (values.list === true) {
      for (const line of listed(isJson)) say(line);
      return 0;
    }
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new AoError('OPTION_UNKNOWN', { reason: 'name one folder for the project' });
    const { template, sample } = values;
    if (template !== undefined && sample !== undefined)
      throw new AoError('OPTION_UNKNOWN', { reason: 'a project begins with a template or with a sample' });
    const [name, parent, { assetsDir }] = [basename(resolve(path)), dirname(resolve(path)), builtParts(outDir)];
    const folder = await (sample === undefined
      ? createFromTemplate(name, template ?? FIRST, parent, assetsDir)
      : createFromSample(name, sample, parent, assetsDir));
    say(isJson ? JSON.stringify({ folder }) : madeText(relative('.', folder)));
    return 0;
  } catch (error) {
    sayError(error);
    return 1;
  }
}

function listed(isJson: boolean): readonly string[] {
  const all = [
    ...TEMPLATES.map(({ id, about }) => ({ kind: 'template', id, about })),
    ...SAMPLES.map(({ id, about }) => ({ kind: 'sample', id, about })),
  ];
  return all.map((one) => (isJson ? JSON.stringify(one) : `--${one.kind} ${one.id.padEnd(11)} ${one.about}`));
}

function madeText(folder: string): string {
  return `The project is in ${folder}. Next:\n  aoscope serve ${folder}   the app, for a browser\n  aoscope up ${folder}      spawn its processes`;
}

function options(args: readonly string[]) {
  return givenOptions(args, {
    template: { type: 'string' },
    sample: { type: 'string' },
    list: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
}
