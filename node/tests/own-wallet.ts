/** The wallet that spawns and sends where a test names none. */
export const OWN_WALLET = 'me';
