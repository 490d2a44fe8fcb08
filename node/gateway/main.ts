import { unitPort } from '../host/unit-port.ts';
import { runUnit } from '../host/unit-process.ts';
import { openGateway } from './open.ts';

runUnit('gateway', unitPort(), openGateway);
