import { setPriority } from 'node:os';
import { platform } from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { toWireError } from '../../contract/errors.ts';
import { createAnswer, type Answer } from './answer.ts';
import { createDrive } from '../vm/drive.ts';
import { restWith } from '../vm/pace.ts';
import { createMachines, otherMachines } from './machines.ts';
import type { EvaluatorHello, EvaluatorRequest, EvaluatorReply, WorkerSettings } from './protocol.ts';
import { restBeside } from './rest.ts';
import { ownThread } from './thread-time.ts';

/** The worker thread's whole program: answer the questions of the compute unit that started it. */
function main(port: NonNullable<typeof parentPort>, { assetsDir, machines, windowBytes }: WorkerSettings): void {
  const drive = createDrive();
  // Those of others come first: they may run a format in another way than ours.
  const answering = otherMachines(machines).then((others) =>
    createAnswer([...others, ...createMachines(assetsDir, drive)], drive, windowBytes),
  );
  // What cannot be loaded is told to whoever asks.
  answering.catch(() => undefined);
  port.postMessage({ thread: ownThread() } satisfies EvaluatorHello);
  port.on('message', (request: EvaluatorRequest) => {
    void reply(answering, request).then((message) => port.postMessage(message));
  });
}

async function reply(answering: Promise<Answer>, request: EvaluatorRequest): Promise<EvaluatorReply> {
  try {
    const answer = await answering;
    return { id: request.id, value: await answer(request.name, request.args) };
  } catch (error) {
    return { id: request.id, error: toWireError(error) };
  }
}

/** As `nice` has it: a tenth of the share of others where there is not enough for all. With less a slow program would hardly end on a busy machine. */
const NICENESS = 10;

const settings = workerData as WorkerSettings;
// Only Linux means this thread alone; elsewhere the whole unit would give way.
if (settings.givesWayTo !== null && platform === 'linux') {
  setPriority(NICENESS);
  // Where the system does not tell what a thread used, limits count the time that goes by: nobody may be made to wait then.
  if (ownThread() !== null) restWith(restBeside(settings.givesWayTo));
}
if (parentPort !== null) main(parentPort, settings);
