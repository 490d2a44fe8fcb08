// What a process on ao hears and says, in AssemblyScript: the message as the host hands it over, and the answer.
// The host writes JSON into memory, calls `handle`, and reads JSON back; this file is all that lies between.

/** One tag of a message. */
export class Tag {
  constructor(
    public name: string,
    public value: string,
  ) {}
}

/** A message that the process was given. */
export class Message {
  id: string = '';
  /** Who sent it: a process, or a wallet. */
  from: string = '';
  /** Whose wallet signed it. */
  owner: string = '';
  target: string = '';
  /** '' where it carried none. */
  data: string = '';
  /** Unix milliseconds. */
  timestamp: i64 = 0;
  tags: Tag[] = [];

  /** The value of a tag; '' where the message has none of that name. */
  tag(name: string): string {
    for (let i = 0; i < this.tags.length; i++) if (this.tags[i].name == name) return this.tags[i].value;
    return '';
  }
}

/** A message that the process sends. */
export class Send {
  tags: Tag[] = [];

  constructor(
    public target: string,
    public data: string = '',
  ) {}

  with(name: string, value: string): Send {
    this.tags.push(new Tag(name, value));
    return this;
  }
}

/** What the process answers: what it prints, and what it sends. */
export class Outcome {
  output: string = '';
  error: string = '';
  sends: Send[] = [];

  print(line: string): Outcome {
    this.output = this.output == '' ? line : this.output + '\n' + line;
    return this;
  }

  send(message: Send): Outcome {
    this.sends.push(message);
    return this;
  }

  /** Answers whoever sent `message`. */
  reply(message: Message, action: string, data: string): Outcome {
    return this.send(new Send(message.from, data).with('Action', action).with('X-Reference', message.id));
  }

  /** The slot ends with an error, and the memory is that of before it. */
  fail(reason: string): Outcome {
    this.error = reason;
    return this;
  }
}

// The host puts what it hands over where `malloc` says.
export function malloc(bytes: usize): usize {
  return heap.alloc(bytes);
}

export function free(address: usize): void {
  heap.free(address);
}

/** Reads the message at an address. */
export function read(address: usize): Message {
  let end = address;
  while (load<u8>(end) != 0) end++;
  const fields = new Json(String.UTF8.decodeUnsafe(address, end - address)).value();
  const message = new Message();
  message.id = fields.field('Id').text;
  message.from = fields.field('From').text;
  message.owner = fields.field('Owner').text;
  message.target = fields.field('Target').text;
  message.data = fields.field('Data').text;
  message.timestamp = i64(parseFloat(fields.field('Timestamp').text));
  const tags = fields.field('Tags').items;
  for (let i = 0; i < tags.length; i++) message.tags.push(new Tag(tags[i].field('name').text, tags[i].field('value').text));
  return message;
}

/** The last answer: it must not be collected before the host has read it. */
let last: ArrayBuffer = new ArrayBuffer(0);
/** How many messages were sent: each carries its own number, so that no two are the same. */
let sent: u32 = 0;

/** Writes an answer; gives the address where the host reads it. */
export function write(outcome: Outcome): usize {
  const messages: string[] = [];
  for (let i = 0; i < outcome.sends.length; i++) {
    const one = outcome.sends[i];
    const tags: string[] = [tagJson('Data-Protocol', 'ao'), tagJson('Type', 'Message'), tagJson('Variant', 'ao.TN.1')];
    for (let t = 0; t < one.tags.length; t++) tags.push(tagJson(one.tags[t].name, one.tags[t].value));
    const anchor = (++sent).toString().padStart(32, '0');
    messages.push(`{"Target":${quote(one.target)},"Anchor":"${anchor}","Tags":[${tags.join(',')}],"Data":${quote(one.data)}}`);
  }
  const response = `"Output":{"data":${quote(outcome.output)}},"Messages":[${messages.join(',')}],"Spawns":[],"Assignments":[]`;
  const error = outcome.error == '' ? '' : `"Error":${quote(outcome.error)},`;
  // The loader of the network looks at `ok`; what ended in an error says so in the response.
  last = String.UTF8.encode(`{"ok":true,"response":{${error}${response}}}`, true);
  return changetype<usize>(last);
}

function tagJson(name: string, value: string): string {
  return `{"name":${quote(name)},"value":${quote(value)}}`;
}

const HEX = '0123456789abcdef';

/** A text as JSON. */
export function quote(text: string): string {
  const parts: string[] = ['"'];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 32 && code != 34 && code != 92) continue;
    parts.push(text.substring(from, i));
    if (code == 34 || code == 92) parts.push('\\' + text.charAt(i));
    else parts.push('\\u00' + HEX.charAt(code >> 4) + HEX.charAt(code & 15));
    from = i + 1;
  }
  parts.push(text.substring(from));
  parts.push('"');
  return parts.join('');
}

/** A value of JSON: a text, a number or a truth value as `text`; a list as `items`; an object as `names` beside `items`. */
export class Value {
  text: string = '';
  items: Value[] = [];
  names: string[] = [];

  /** A field of an object; an empty value where it has none of that name. */
  field(name: string): Value {
    const at = this.names.indexOf(name);
    return at < 0 ? new Value() : this.items[at];
  }
}

/** Reads JSON, one value after another. */
export class Json {
  private at: i32 = 0;

  constructor(private text: string) {}

  value(): Value {
    this.space();
    const found = new Value();
    const code = this.code();
    if (code == 123) this.object(found);
    else if (code == 91) this.list(found);
    else if (code == 34) found.text = this.string();
    else found.text = this.word();
    return found;
  }

  private object(into: Value): void {
    this.at++;
    for (this.space(); this.code() != 125; this.space()) {
      into.names.push(this.string());
      this.space();
      this.at++;
      into.items.push(this.value());
      this.comma();
    }
    this.at++;
  }

  private list(into: Value): void {
    this.at++;
    for (this.space(); this.code() != 93; this.space()) {
      into.items.push(this.value());
      this.comma();
    }
    this.at++;
  }

  private comma(): void {
    this.space();
    if (this.code() == 44) this.at++;
  }

  private string(): string {
    assert(this.code() == 34, 'this is no JSON');
    const parts: string[] = [];
    let from = ++this.at;
    while (this.code() != 34) {
      if (this.code() != 92) {
        this.at++;
        continue;
      }
      parts.push(this.text.substring(from, this.at++));
      parts.push(this.escaped());
      from = this.at;
    }
    parts.push(this.text.substring(from, this.at++));
    return parts.join('');
  }

  private escaped(): string {
    const code = this.code();
    this.at++;
    if (code == 110) return '\n';
    if (code == 116) return '\t';
    if (code == 114) return '\r';
    if (code == 98) return '\b';
    if (code == 102) return '\f';
    if (code != 117) return String.fromCharCode(code);
    this.at += 4;
    return String.fromCharCode(i32(parseInt(this.text.substring(this.at - 4, this.at), 16)));
  }

  /** A number, or true, false, null; of null nothing stays. */
  private word(): string {
    const from = this.at;
    while (this.at < this.text.length && !this.isEnd(this.code())) this.at++;
    assert(this.at > from, 'this is no JSON');
    const word = this.text.substring(from, this.at);
    return word == 'null' ? '' : word;
  }

  private isEnd(code: i32): bool {
    return code == 44 || code == 93 || code == 125 || code <= 32;
  }

  private space(): void {
    while (this.at < this.text.length && this.text.charCodeAt(this.at) <= 32) this.at++;
  }

  private code(): i32 {
    assert(this.at < this.text.length, 'the JSON ends too early');
    return this.text.charCodeAt(this.at);
  }
}
