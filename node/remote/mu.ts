import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { AoError } from '../contract/errors.ts';
import { isId, toAddress, toItemId, toProcessId, type ItemId, type ProcessId, type Slot } from '../contract/ids.ts';
import { itemType, type Item } from '../contract/item.ts';
import { buildItem } from '../item/build.ts';
import { trustItem } from '../item/parse.ts';
import { sketchOf } from '../item/tags.ts';
import { loadOrCreateWallet } from '../item/wallet.ts';
import type { Foreign, ForeignPorts } from './ports.ts';
import { idText } from './wire.ts';

const accepted = z.object({ id: idText });

/**
 * A messenger unit elsewhere, asked over its public protocol (protocol §2). It tells its address nowhere, so the first
 * authority of the network profile is taken for it.
 */
export function foreignMu(ports: ForeignPorts): Foreign<'mu'> {
  const { http, ask, memory, config } = ports;
  const [authority] = config.network.authorities;

  const slotOf = async (process: ProcessId, id: ItemId): Promise<Slot | null> => {
    try {
      return (await ask('su.find', { process, id })).assignment.slot;
    } catch (error) {
      if (error instanceof AoError && (error.code === 'MESSAGE_UNKNOWN' || error.code === 'PROCESS_UNKNOWN')) return null;
      throw error;
    }
  };
  const rejected = (item: Item, error: unknown): never => {
    if (error instanceof AoError)
      ports.record({ kind: 'mu.rejected', id: item.id, sketch: sketchOf(item), code: error.code, message: error.message });
    throw error;
  };
  const send = async (raw: string, item: Item): Promise<void> => {
    const body = { type: 'application/octet-stream', bytes: Buffer.from(raw, 'base64url') };
    const reply = await http.request({ method: 'POST', path: '/', body });
    // The reference answers 500 to everything that it cannot take (protocol §2.1).
    if (reply.status === 500) throw refused(http.faultOf(reply));
    if (reply.status >= 300) throw http.faultOf(reply);
    http.parse(reply, accepted);
    if (memory.isNew(`received ${item.id}`)) ports.record({ kind: 'mu.received', id: item.id, sketch: sketchOf(item), journey: item.id });
  };
  const monitor = async (method: 'POST' | 'DELETE', process: ProcessId): Promise<void> => {
    // Anybody's signature will do; the key is the one that this node's own messenger would have.
    const wallet = await loadOrCreateWallet(join(config.walletDir, 'mu.json'));
    const { bytes } = buildItem(wallet, { target: process, anchor: randomBytes(16).toString('hex'), tags: [], data: ' ' });
    const reply = await http.request({ method, path: `/monitor/${process}`, body: { type: 'application/octet-stream', bytes } });
    if (reply.status === 500) throw refused(http.faultOf(reply));
    if (reply.status >= 300) throw http.faultOf(reply);
    memory.setMonitored(process, method === 'POST');
  };

  return {
    probePath: '/',
    address: authority === undefined ? null : toAddress(authority),
    askAddress: null,
    handlers: {
      async 'mu.send'({ item: raw }) {
        const item = trustItem(Buffer.from(raw, 'base64url'));
        const isSpawn = itemType(item.tags) === 'Process';
        const process = isSpawn || isId(item.target) ? toProcessId(isSpawn ? item.id : item.target) : null;
        let slot: Slot | null = null;
        try {
          await send(raw, item);
        } catch (error) {
          // What has a slot already is refused as well, and an answer can be lost: then it has arrived. Where the
          // scheduler does not say, nobody knows, and that is what is told.
          slot = process === null ? null : await slotOf(process, item.id);
          if (slot === null) return rejected(item, error);
        }
        if (process === null) return { id: item.id, process: null, slot: null };
        slot ??= await slotOf(process, item.id);
        // What is meant for a wallet goes to the gateway only.
        return { id: item.id, process: slot === null ? null : process, slot };
      },
      async 'mu.assign'({ process, message, baseLayer, exclude }) {
        const flags = `${baseLayer ? '&base-layer' : ''}${exclude.length === 0 ? '' : `&exclude=${exclude.map(encodeURIComponent).join(',')}`}`;
        const { id } = await http.json({ method: 'POST', path: `/?process-id=${process}&assign=${message}${flags}` }, accepted);
        const assignment = toItemId(id);
        const slot = await slotOf(process, assignment);
        if (slot === null) throw new AoError('MESSAGE_UNKNOWN', { process, message: assignment });
        return { id: assignment, slot };
      },
      async 'mu.monitor'({ process, by = null }) {
        if (memory.isMonitored(process)) throw new AoError('MONITOR_EXISTS', { process });
        await monitor('POST', process).catch(async (error: unknown) => {
          if (!isRefusal(error)) throw error;
          // It may be watched already, of which this node has no memory: then it can be ended and begun.
          await monitor('DELETE', process);
          await monitor('POST', process);
        });
        ports.record({ kind: 'mu.monitored', process, by });
        return {};
      },
      async 'mu.unmonitor'({ process, by = null }) {
        const wasKnown = memory.isMonitored(process);
        await monitor('DELETE', process).catch((error: unknown) => {
          throw isRefusal(error) && !wasKnown ? new AoError('MONITOR_UNKNOWN', { process }) : error;
        });
        ports.record({ kind: 'mu.unmonitored', process, by });
        return {};
      },
      'mu.monitors': async () => ({ processes: memory.monitored() }),
    },
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof AoError && error.code === 'UNIT_REFUSED';
}

function refused(fault: AoError): AoError {
  return new AoError('UNIT_REFUSED', fault.details);
}
