import { unitPort } from '../host/unit-port.ts';
import { runUnit } from '../host/unit-process.ts';
import { openMu } from './open.ts';

runUnit('mu', unitPort(), openMu);
