import { runUnit, unitPort } from '../host/unit-process.ts';
import { openMu } from './open.ts';

runUnit('mu', unitPort(), openMu);
