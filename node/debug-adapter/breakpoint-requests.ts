import { z } from 'zod';
import { dataId } from './breakpoints.ts';
import { linesThatRun } from './code.ts';
import { request, type Debug, type Requests } from './debug.ts';

const source = z.object({ name: z.string().optional(), path: z.string().optional(), sourceReference: z.number().int().optional() });
const condition = { condition: z.string().optional(), hitCondition: z.string().optional() };
const line = z.number().int().min(0);

/** Where to stop: lines, functions and handlers, values, failed slots. */
export function breakpointRequests(debug: Debug): Requests {
  return {
    setBreakpoints: request(
      z.object({ source, breakpoints: z.array(z.object({ line, logMessage: z.string().optional(), ...condition })).optional() }),
      async ({ source: given, breakpoints = [] }) => {
        const wishes = breakpoints.map((one) => ({ ...one, line: debug.fromEditor(one.line) }));
        const answers = await debug.opened().breakpoints.setLines(plain(given), wishes);
        return {
          body: { breakpoints: answers.map((one) => (one.line === undefined ? one : { ...one, line: debug.toEditor(one.line) })) },
        };
      },
    ),
    setFunctionBreakpoints: request(
      z.object({ breakpoints: z.array(z.object({ name: z.string().min(1), ...condition })) }),
      async ({ breakpoints }) => ({ body: { breakpoints: await debug.opened().breakpoints.setFunctions(breakpoints) } }),
    ),
    setExceptionBreakpoints: request(
      z.object({
        filters: z.array(z.string()),
        filterOptions: z.array(z.object({ filterId: z.string(), condition: z.string().optional() })).optional(),
      }),
      ({ filters, filterOptions = [] }) => {
        const option = filterOptions.find(({ filterId }) => filterId === 'errors');
        const text = option?.condition === undefined || option.condition === '' ? null : option.condition;
        debug.opened().breakpoints.setErrors(option !== undefined || filters.includes('errors') ? { text } : null);
        return { body: { breakpoints: [...filters, ...filterOptions].map(() => ({ verified: true })) } };
      },
    ),
    dataBreakpointInfo: request(
      z.object({ variablesReference: z.number().int().optional(), name: z.string().min(1), frameId: z.number().int().optional() }),
      async ({ variablesReference, name, frameId }) => {
        const { values, threads } = debug.opened();
        const isInside = variablesReference !== undefined && variablesReference > 0;
        const expression = isInside ? values.expressionIn(variablesReference, name) : name;
        const frame = frameId === undefined ? null : values.frame(frameId);
        const [first] = await threads.list();
        const process = values.processIn(variablesReference ?? 0) ?? frame?.place.process ?? first?.process;
        if (expression === null || process === undefined)
          return { body: { dataId: null, description: 'Only globals, and what stands in them, can be watched through the history.' } };
        const about = { description: expression, accessTypes: ['write'], canPersist: true };
        return { body: { dataId: dataId(process, expression), ...about } };
      },
    ),
    setDataBreakpoints: request(
      z.object({ breakpoints: z.array(z.object({ dataId: z.string(), ...condition })) }),
      async ({ breakpoints }) => {
        const { threads, breakpoints: set } = debug.opened();
        await threads.list();
        return { body: { breakpoints: set.setData(breakpoints) } };
      },
    ),
    breakpointLocations: request(z.object({ source, line, endLine: line.optional() }), async ({ source: given, line: first, endLine }) => {
      const { sources } = debug.opened();
      const key = await sources.keyOf(plain(given));
      const text =
        key?.kind === 'text'
          ? sources.text(given.sourceReference ?? 0)?.split('\n')
          : key === null
            ? null
            : await sources.linesOf(key.file);
      const lines = linesThatRun(text ?? [], debug.fromEditor(first), debug.fromEditor(endLine ?? first));
      return { body: { breakpoints: lines.map((one) => ({ line: debug.toEditor(one) })) } };
    }),
  };
}

/** Without what was not said. */
export function plain({ name, path, sourceReference }: z.output<typeof source>): {
  name?: string;
  path?: string;
  sourceReference?: number;
} {
  return {
    ...(name === undefined ? {} : { name }),
    ...(path === undefined ? {} : { path }),
    ...(sourceReference === undefined ? {} : { sourceReference }),
  };
}
