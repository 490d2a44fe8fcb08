import { unitPort } from '../../node/host/unit-port.ts';
import { runUnit } from '../../node/host/unit-process.ts';
import { openTalker } from './talker.ts';

runUnit('su', unitPort(), openTalker);
