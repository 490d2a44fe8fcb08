import { useCallback, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { ModuleId } from '../../../node/contract/ids.ts';
import type { ModuleInfo, ModuleProgress } from '../../../node/contract/modules.ts';
import { useApp } from '../../stores/app-context.ts';

/** What is under way: a module on its way from a gateway, or a file that is being added. */
export interface UnderWay {
  readonly what: string;
  readonly progress: ModuleProgress | null;
  /** Gives it up; null where that cannot be. */
  cancel: (() => void) | null;
}

export interface ModulesModel {
  /** Null until the node has answered. */
  readonly modules: readonly ModuleInfo[] | null;
  readonly underWay: UnderWay | null;
  readonly failure: unknown;
  addFile(file: File): void;
  fetch(module: ModuleId, gateway: string | null): void;
  remove(module: ModuleId): void;
}

/** The modules of this installation, and the ways to more. */
export function useModules(): ModulesModel {
  const app = useApp();
  const linkState = useStore(app.workspace, (state) => state.linkState);
  const luaModule = useStore(app.workspace, (state) => state.status?.luaModule ?? null);
  const [modules, setModules] = useState<readonly ModuleInfo[] | null>(null);
  const [underWay, setUnderWay] = useState<UnderWay | null>(null);
  const [failure, setFailure] = useState<unknown>(null);

  const refresh = useCallback(async (): Promise<void> => setModules((await app.link.ask('modules.list', {})).modules), [app]);
  useEffect(() => {
    if (linkState !== 'open' || luaModule === null) return;
    let isGone = false;
    app.link.ask('modules.list', {}).then(
      (reply) => isGone || setModules(reply.modules),
      (error: unknown) => isGone || setFailure(error),
    );
    return () => {
      isGone = true;
    };
  }, [app, linkState, luaModule]);
  useEffect(
    () => app.link.on('modules.progress', (progress) => setUnderWay((before) => (before === null ? null : { ...before, progress }))),
    [app],
  );

  return useMemo(() => {
    const during = async (started: UnderWay, work: () => Promise<ModuleInfo>): Promise<void> => {
      setFailure(null);
      setUnderWay(started);
      try {
        const { name } = await work();
        app.ui.getState().notify({ tone: 'ok', sentence: `${name} can be spawned on now, in every project.` });
        await refresh();
      } catch (error) {
        setFailure(error);
      } finally {
        setUnderWay(null);
      }
    };
    return {
      modules,
      underWay,
      failure,
      addFile: (file) =>
        void during({ what: `Reading ${file.name}`, progress: null, cancel: null }, async () =>
          app.link.ask('modules.add', { file: file.name, data: base64url(new Uint8Array(await file.arrayBuffer())) }),
        ),
      fetch(module, gateway) {
        const stop = new AbortController();
        void during({ what: 'Fetching the module', progress: null, cancel: () => stop.abort() }, () =>
          app.link.ask('modules.fetch', { module, gateway }, stop.signal),
        );
      },
      remove: (module) => void app.link.ask('modules.remove', { module }).then(refresh).catch(setFailure),
    };
  }, [app, modules, underWay, failure, refresh]);
}

const CHUNK = 0x8000;

function base64url(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
