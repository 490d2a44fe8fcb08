import { runUnit, unitPort } from '../host/unit-process.ts';
import { openSu } from './open.ts';

runUnit('su', unitPort(), openSu);
