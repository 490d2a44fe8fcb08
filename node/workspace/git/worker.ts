import { parentPort, workerData } from 'node:worker_threads';
import { gitStatus } from './status.ts';

/** A thread for one look at a repository: whoever started it ends it when it takes too long. */
void gitStatus(String(workerData)).then((status) => parentPort?.postMessage(status));
