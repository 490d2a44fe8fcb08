import { unitPort } from '../host/unit-port.ts';
import { runUnit } from '../host/unit-process.ts';
import { openSu } from './open.ts';

runUnit('su', unitPort(), openSu);
