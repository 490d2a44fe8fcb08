/** Path of the aos terminal's program, made ready first where it is missing; undefined (after saying why) when it cannot be had. */
export function ensureAosTerminalForTests(): Promise<string | undefined>;
