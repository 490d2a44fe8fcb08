import type { Context, Hono } from 'hono';
import { AoError } from '../contract/errors.ts';
import { limitBody } from '../http/request.ts';
import { jsonOfBody } from './body.ts';
import { LOOKING_BEHIND } from './behind.ts';
import { answerGraphql, graphqlRequest, type GraphqlRequest } from './graphql.ts';
import type { GatewayHttpPorts } from './http.ts';

/** A GraphQL request is a query and its variables: lists of ids at most. */
const GRAPHQL_BYTES = 1024 * 1024;

/** GraphQL over HTTP, by POST and by GET. */
export function addGraphql(app: Hono, source: Pick<GatewayHttpPorts, 'shelf' | 'chain' | 'schedulers' | 'behind'>): void {
  const answer = async (context: Context, request: GraphqlRequest): Promise<Response> => {
    const isInCircle = context.req.header(LOOKING_BEHIND) !== undefined;
    const result = await answerGraphql(source, request, isInCircle ? null : source.behind);
    return context.json(result, result.data === undefined ? 400 : 200);
  };
  app.post('/graphql', limitBody(GRAPHQL_BYTES), async (context) =>
    answer(context, parseRequest(await jsonOfBody(context).catch(() => null))),
  );
  app.get('/graphql', async (context) => {
    const { query, variables, operationName } = context.req.query();
    return answer(context, parseRequest({ query, variables: readJson(variables), operationName }));
  });
}

function parseRequest(raw: unknown): GraphqlRequest {
  const parsed = graphqlRequest.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new AoError('PARAMETER_INVALID', {
    name: String(parsed.error.issues[0]?.path[0] ?? 'body'),
    reason: 'a GraphQL request is JSON {query, variables?, operationName?}',
  });
}

function readJson(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new AoError('PARAMETER_INVALID', { name: 'variables', reason: 'not JSON' });
  }
}
