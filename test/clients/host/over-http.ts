import { toProcessId } from '../../../node/contract/ids.ts';
import type { Tag } from '../../../node/contract/item.ts';
import { buildItem, type SignedItem } from '../../../node/item/build.ts';
import { createWallet } from '../../../node/item/wallet.ts';
import type { ClientHost, RunningHost } from './host.ts';

const protocol = (type: string): Tag[] => [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Variant', value: 'ao.TN.1' },
  { name: 'Type', value: type },
];

/** A person who uses `host` by its public routes. */
export function clientOf(host: RunningHost): ClientHost {
  const { urls, module, scheduler, authority } = host;
  const wallet = createWallet();
  let anchors = 0;
  const anchor = (): string => String(++anchors).padStart(32, 'h');
  const take = async (url: string, { bytes }: Pick<SignedItem, 'bytes'>): Promise<void> => {
    const response = await fetch(url, { method: 'POST', body: new Uint8Array(bytes) });
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  return {
    ...host,
    wallet,
    async spawn(source, tags = []) {
      const own = [
        ...protocol('Process'),
        { name: 'Module', value: module },
        { name: 'Scheduler', value: scheduler },
        { name: 'Authority', value: authority },
        { name: 'On-Boot', value: 'Data' },
      ];
      const item = buildItem(wallet, { anchor: anchor(), tags: [...own, ...tags], data: source });
      await take(urls.mu, item);
      const boot = (await (await fetch(`${urls.cu}/result/${item.id}?process-id=${item.id}`)).json()) as { Error?: string };
      if (boot.Error !== undefined) throw new Error(boot.Error);
      return toProcessId(item.id);
    },
    async send(process, action, data = '', tags = []) {
      const own = [{ name: 'Action', value: action }, ...tags, ...protocol('Message')];
      const item = buildItem(wallet, { target: process, anchor: anchor(), tags: own, data });
      await take(urls.mu, item);
      return item.id;
    },
    upload: (item) => take(`${urls.gateway}/tx`, item),
    async idle() {
      const response = await fetch(`${urls.mu}/idle`);
      if (!response.ok) throw new Error(`/idle: ${response.status} ${await response.text()}`);
      await response.arrayBuffer();
    },
  };
}
