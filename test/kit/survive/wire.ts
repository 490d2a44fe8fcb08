import type { UnitName } from '../../../node/contract/trace.ts';

interface WireItem {
  readonly id: string;
  readonly signature: string;
  readonly owner: { readonly address: string };
  readonly tags: readonly { readonly name: string; readonly value: string }[];
}

/** A log entry as the SU's public route gives it (protocol §3.2), with the tags by name. */
export interface Entry {
  readonly slot: number;
  readonly timestampMs: number;
  readonly assignment: string;
  readonly signature: string;
  readonly signer: string;
  readonly hashChain: string;
  /** The message, or the data that was assigned. */
  readonly message: string;
  /** Was existing data assigned? Then there are no tags. */
  readonly isAssigned: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export type Urls = Readonly<Record<UnitName, string>>;

const PATIENCE_MS = 20_000;
/** A killed unit starts again, which a busy machine takes its time for. */
const AWAY_MS = 60_000;

/** An answer in JSON. @throws Error with what was answered last. */
export async function getJson(url: string, init: RequestInit = {}): Promise<unknown> {
  const { status, text } = await answerOf(url, init);
  if (status !== 200) throw new Error(`${url}: ${status} ${text}`);
  return JSON.parse(text);
}

/** The answer of a unit; tries again while it is away. */
export async function answerOf(url: string, init: RequestInit = {}): ReturnType<typeof attempt> {
  for (const untilMs = Date.now() + AWAY_MS; ;) {
    const answer = await attempt(url, init);
    if ((answer.status > 0 && answer.status < 500) || Date.now() > untilMs) return answer;
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** One attempt; status 0 where there was no answer. */
export async function attempt(url: string, init: RequestInit = {}): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    return { status: 0, text: String(error) };
  }
}

/** The whole log of a process as the SU shows it. */
export async function logOf(urls: Urls, process: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let hasNext = true; hasNext;) {
    const from = entries.at(-1)?.slot ?? -1;
    const page = (await getJson(`${urls.su}/${process}?process-id=${process}&from-nonce=${from}&limit=1000`)) as {
      readonly page_info: { readonly has_next_page: boolean };
      readonly edges: readonly { readonly node: { readonly message: WireItem | null; readonly assignment: WireItem } }[];
    };
    entries.push(...page.edges.map(({ node }) => entryOf(node.message, node.assignment)));
    hasNext = page.page_info.has_next_page && page.edges.length > 0;
  }
  return entries;
}

function entryOf(message: WireItem | null, assignment: WireItem): Entry {
  const tagged = tagsOf(assignment);
  return {
    slot: Number(tagged['Nonce']),
    timestampMs: Number(tagged['Timestamp']),
    assignment: assignment.id,
    signature: assignment.signature,
    signer: assignment.owner.address,
    hashChain: tagged['Hash-Chain'] ?? '',
    message: message?.id ?? tagged['Message'] ?? '',
    isAssigned: message === null,
    tags: message === null ? {} : tagsOf(message),
  };
}

function tagsOf({ tags }: WireItem): Record<string, string> {
  return Object.fromEntries(tags.map(({ name, value }) => [name, value]));
}
