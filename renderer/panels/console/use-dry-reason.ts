import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { dryReason, type DryReason } from '../../commands/try-code.ts';
import { useApp } from '../../stores/app-context.ts';

/** Why what is typed to a process is only tried; null where it is sent and kept. */
export function useDryReason(process: ProcessId): DryReason | null {
  const app = useApp();
  useStore(app.console, (state) => state.of(process).isDry);
  useStore(app.workspace, (state) => state.status?.wallet);
  useStore(app.workspace, (state) => state.project?.isReadOnly);
  useStore(app.world, (state) => state.world.processById.get(process));
  return dryReason(app, process);
}
