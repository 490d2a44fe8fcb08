import { join } from 'node:path';
import { unitPort } from '../host/unit-port.ts';
import { runUnit } from '../host/unit-process.ts';
import { openCuWithThreads } from './open.ts';

// The bundle of the evaluators lies beside the folder of the units' bundles.
runUnit('cu', unitPort(), openCuWithThreads(join(__dirname, '..', 'evaluator.cjs')));
