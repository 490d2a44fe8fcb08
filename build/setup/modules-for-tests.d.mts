export type ModuleForTests = 'aos-2.0.6' | 'aos-2.0.4-32' | 'aos-2.0.3' | 'aos-2.0.1' | 'sqlite';

/** Modules of the network on this machine, fetched first where they are missing; undefined (after saying why) when they cannot be had. */
export function ensureModulesForTests(): Promise<
  Readonly<Record<ModuleForTests, { readonly format: string; readonly path: string }>> | undefined
>;
