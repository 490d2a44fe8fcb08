import { runUnit } from '../host/unit-process.ts';
import { unitPort } from '../host/unit-port.ts';
import { openGateway } from './open.ts';

runUnit('gateway', unitPort(), openGateway);
