import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { toWireError } from '../../contract/errors.ts';
import { createLuaMachine } from '../vm/lua/lua-machine.ts';
import { createAnswer, type Answer } from './answer.ts';
import type { EvaluatorRequest, EvaluatorReply } from './protocol.ts';

/** The worker thread's whole program: answer the questions of the compute unit that started it. */
function main(port: NonNullable<typeof parentPort>, glueWasm: string): void {
  const answer = createAnswer([createLuaMachine(readFileSync(glueWasm))]);
  port.on('message', (request: EvaluatorRequest) => {
    void reply(answer, request).then((message) => port.postMessage(message));
  });
}

async function reply(answer: Answer, request: EvaluatorRequest): Promise<EvaluatorReply> {
  try {
    return { id: request.id, value: await answer(request.name, request.args) };
  } catch (error) {
    return { id: request.id, error: toWireError(error) };
  }
}

const { glueWasm } = workerData as { readonly glueWasm: string };
if (parentPort !== null) main(parentPort, glueWasm);
