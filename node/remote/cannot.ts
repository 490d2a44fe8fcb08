import { COMMANDS, type CommandName } from '../contract/commands.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import type { UnitName } from '../contract/trace.ts';
import type { UnitHttp } from './unit-http.ts';

/** What a person misses where the protocol has no request for it. */
const WORDS: { readonly [N in CommandName]?: string } = {
  'gateway.known': 'take a module without the signature of its publisher',
  'su.search': 'search the tags and data of messages',
  'su.tags': 'say which tags its messages have',
  'cu.state': 'show state',
  'cu.stateFind': 'search a state',
  'cu.diff': 'compare states',
  'cu.stateHash': 'give the hash of a state',
  'cu.verify': 'replay a process for comparison',
  'cu.verifying': 'replay a process for comparison',
  'cu.stop': 'be told to stop a slot',
  'mu.continue': 'let a held journey go on',
  'mu.end': 'end a journey',
  'mu.pause': 'be paused',
  'mu.resume': 'be paused',
  'mu.deliveries': 'say what waits to be delivered',
  'mu.deliver': 'deliver one message at a time',
  'mu.idle': 'say whether its outbox is empty',
};

/** Every command of a unit: those that its public protocol has a request for, and for all others the error that says so. */
export function withRefusals<U extends UnitName>(unit: U, http: UnitHttp, able: Partial<HandlersOf<U>>): HandlersOf<U> {
  const names = (Object.keys(COMMANDS) as CommandName[]).filter((name) => COMMANDS[name].owner === unit);
  const refusals = names.map((name) => [name, async () => Promise.reject(http.cannot(WORDS[name] ?? `answer ${name}`))] as const);
  // The table names every command of the unit, so none is missing.
  return { ...Object.fromEntries(refusals), ...able } as HandlersOf<U>;
}
