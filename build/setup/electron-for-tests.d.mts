/** The Electron program that tests use; undefined when there is none on this machine. */
export function findElectronForTests(): string | undefined;
