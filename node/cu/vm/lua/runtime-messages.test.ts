import { describe, expect, test } from 'vitest';
import { MODULE, OWNER, PROCESS, printed, spawnProcess, STRANGER, tagsOf } from './process.fixture.ts';

const MU = 'MUmessengerMUmessengerMUmessengerMUmesseng0';

describe('what a handler sees of a message', () => {
  test('tags as a map, as a list and as fields; names in title case', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.add("t", "T", function(m) print(m["Reply-To"], m.Tags["My-Tag"], m.TagArray[2].name, m.Tags.Missing) end)');
    const outcome = process.send({ Action: 'T', my_tag: 'v', 'REPLY-to': 'r' });
    expect(printed(outcome)).toBe('r\tv\tMy-Tag\tnil');
  });

  test('of two tags of one name the first is in Tags and the last on the message', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.add("t", "T", function(m) print(m.Tags.Twice, m.Twice) end)');
    expect(
      printed(
        process.send([
          { name: 'Action', value: 'T' },
          { name: 'Twice', value: '1' },
          { name: 'Twice', value: '2' },
        ]),
      ),
    ).toBe('1\t2');
  });

  test('a tag may overwrite Timestamp and Id, but not From, Owner and Target', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.add("t", "T", function(m) print(m.Timestamp, m.Id, m.From == m.Owner, m.Target == ao.id) end)');
    const outcome = process.send({ Action: 'T', Timestamp: 'noon', Id: 'mine', From: 'x', Owner: 'y', Target: 'z' });
    expect(printed(outcome)).toBe('noon\tmine\ttrue\ttrue');
  });

  test('numbers are numbers, and what is absent is nil', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.add("t", "T", function(m) print(math.type(m.Nonce), math.type(m["Block-Height"]), m.Cron, m.Anchor) end)');
    expect(printed(process.send({ Action: 'T' }))).toBe('integer\tinteger\tfalse\tnil');
  });

  test('data of Content-Type application/json is decoded', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.add("t", "T", function(m) print(m.Data.a[2]) end)');
    expect(printed(process.send({ Action: 'T', 'Content-Type': 'application/json' }, '{"a":[1,"two"]}'))).toBe('two');
    expect(process.send({ Action: 'T', 'Content-Type': 'application/json' }, '{"a":').error).toContain('at line 1 col');
  });

  test('a cron message has neither id nor data nor nonce', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.add("cron", "Tick", function(m) print(m.Cron, m.Id, m.Data, m.Nonce) end)');
    const message = {
      Owner: OWNER,
      From: OWNER,
      Target: PROCESS,
      Tags: [{ name: 'Action', value: 'Tick' }],
      Timestamp: 5,
      'Block-Height': 7,
      Cron: true,
      'Read-Only': false,
    };
    expect(printed(process.run(message).outcome)).toBe('true\tnil\tnil\tnil');
  });
});

describe('sending', () => {
  test('a message has the tags of the protocol first, then its own by name', async () => {
    const process = await spawnProcess();
    const { messages } = process.eval('ao.send({ Target = "bob", Data = "hi", Zebra = "z", Action = "Greet", Tags = { Apple = "a" } })');
    expect(messages).toEqual([
      {
        Target: 'bob',
        Anchor: '00000000000000000000000000000001',
        Data: 'hi',
        Tags: [
          { name: 'Data-Protocol', value: 'ao' },
          { name: 'Variant', value: 'ao.TN.1' },
          { name: 'Type', value: 'Message' },
          { name: 'Reference', value: '1' },
          { name: 'Action', value: 'Greet' },
          { name: 'Zebra', value: 'z' },
          { name: 'Apple', value: 'a' },
        ],
      },
    ]);
  });

  test('tags as a list keep their order', async () => {
    const process = await spawnProcess();
    const { messages } = process.eval('Send({ Target = "bob", Tags = { { name = "B", value = "1" }, { name = "A", value = "2" } } })');
    expect(messages[0]?.Tags.slice(4)).toEqual([
      { name: 'B', value: '1' },
      { name: 'A', value: '2' },
    ]);
  });

  test('numbers, booleans and tables in tags become text', async () => {
    const process = await spawnProcess();
    const { messages } = process.eval('Send({ Target = "bob", Quantity = 5, Float = 2.0, Half = 0.5, Flag = true, Nested = { 1, 2 } })');
    expect(tagsOf(messages[0])).toMatchObject({ Quantity: '5', Float: '2', Half: '0.5', Flag: 'true', Nested: '[1,2]' });
  });

  test('a function in a tag is an error that names the tag', async () => {
    const process = await spawnProcess();
    expect(process.eval('Send({ Target = "bob", Callback = print })').error).toContain('the tag Callback holds a function');
  });

  test('a table as data is sent as JSON', async () => {
    const process = await spawnProcess();
    const { messages } = process.eval('Send({ Target = "bob", Data = { b = 1, a = { true } } })');
    expect(messages[0]?.Data).toBe('{"a":[true],"b":1}');
    expect(tagsOf(messages[0])['Content-Type']).toBe('application/json');
  });

  test('Send answers with a word, and warns without a target', async () => {
    const process = await spawnProcess();
    expect(process.show('Send({ Target = "bob" }).output')).toBe('Message added to outbox');
    const outcome = process.eval('Send({ Data = "x" })');
    expect(printed(outcome)).toContain('WARN: No target specified');
    expect(outcome.messages[0]?.Target).toBe('');
  });

  test('references count up over slots, and the outbox begins empty in each', async () => {
    const process = await spawnProcess();
    process.eval('Send({ Target = "a" }) Send({ Target = "b" })');
    const { messages } = process.eval('Send({ Target = "c" })');
    expect(messages.map((message) => [message.Target, message.Anchor])).toEqual([['c', '00000000000000000000000000000003']]);
  });

  test('reply goes to the sender, with the reference it answers', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.add("p", "Ping", function(m) m.reply({ Action = "Pong", Data = "!" }) end)');
    const { messages } = process.send({ Action: 'Ping', Reference: '77' });
    expect(messages[0]).toMatchObject({ Target: OWNER, Data: '!' });
    expect(tagsOf(messages[0])).toMatchObject({ Action: 'Pong', 'X-Reference': '77' });
    expect(process.send({ Action: 'Ping', 'Reply-To': 'elsewhere' }).messages[0]?.Target).toBe('elsewhere');
  });

  test('forward hands on data and own tags, and says where the answer goes', async () => {
    const process = await spawnProcess();
    process.eval('Handlers.add("f", "F", function(m) m.forward("carol", { Extra = "yes" }) end)');
    const { messages } = process.send({ Action: 'F', Colour: 'red', Reference: '9' }, 'load');
    expect(messages[0]).toMatchObject({ Target: 'carol', Data: 'load' });
    expect(tagsOf(messages[0])).toMatchObject({
      Action: 'F',
      Colour: 'red',
      Extra: 'yes',
      'Reply-To': OWNER,
      'X-Reference': '9',
      'X-Origin': OWNER,
    });
    expect(tagsOf(messages[0])['Block-Height']).toBeUndefined();
  });

  test('spawn names module, parent and reference', async () => {
    const process = await spawnProcess();
    const { spawns, messages } = process.eval('Spawn({ Name = "child", Data = "x = 1", Tags = { ["On-Boot"] = "Data" } })');
    expect(messages).toEqual([]);
    expect(spawns).toHaveLength(1);
    expect(spawns[0]?.Data).toBe('x = 1');
    expect(tagsOf(spawns[0])).toMatchObject({
      Type: 'Process',
      'From-Process': PROCESS,
      'From-Module': MODULE,
      Module: MODULE,
      Reference: '1',
      Name: 'child',
      'On-Boot': 'Data',
    });
    expect(tagsOf(process.eval('Spawn("other-module", {})').spawns[0])['Module']).toBe('other-module');
    expect(process.eval('Spawn("m", {})').spawns[0]?.Data).toBe('NODATA');
  });

  test('assign asks for a message to be given to processes', async () => {
    const process = await spawnProcess();
    const outcome = process.eval('Assign({ Processes = { "p1", "p2" }, Message = "m1", BaseLayer = true, Exclude = { "Data" } })');
    expect(outcome.assignments).toEqual([{ Processes: ['p1', 'p2'], Message: 'm1', BaseLayer: true, Exclude: ['Data'] }]);
    expect(process.eval('ao.assign({ Processes = "p1", Message = "m" })').error).toContain('Processes should be a table');
  });
});

describe('trust', () => {
  test('a message sent for another process needs an authority', async () => {
    const process = await spawnProcess();
    const outcome = process.send({ Action: 'Eval' }, 'x', { From: 'another-process', Owner: MU });
    expect(printed(outcome)).toBe(`Message is not trusted! From: another-process - Owner: ${MU}`);
    expect(outcome).toMatchObject({ error: null, messages: [] });
    expect(process.show('#Inbox')).toBe('1');
  });

  test('authorities come from the tags, several in one tag too', async () => {
    const process = await spawnProcess({
      tags: [
        { name: 'Authority', value: `first,${MU}` },
        { name: 'Authority', value: 'third' },
      ],
    });
    expect(printed(process.send({ Action: 'Hi' }, null, { From: 'another-process', Owner: MU }))).toContain('New Message From');
    expect(process.show('table.concat(ao.authorities, " ")')).toBe(`first ${MU} third`);
  });

  test('assigned data is refused, and its sender told, unless it was asked for', async () => {
    const process = await spawnProcess();
    const refused = process.send({ Action: 'News' }, 'x', { Target: 'elsewhere', From: STRANGER, Owner: STRANGER });
    expect(printed(refused)).toBe(`Assignment is not trusted! From: ${STRANGER} - Owner: ${STRANGER}`);
    expect(refused.messages[0]).toMatchObject({ Target: STRANGER, Data: 'Assignment is not trusted by this process!' });
    process.eval('ao.addAssignable("news", { Action = "News" })');
    expect(printed(process.send({ Action: 'News' }, 'x', { Target: 'elsewhere', From: STRANGER, Owner: STRANGER }))).toContain(
      'New Message From',
    );
    process.eval('ao.removeAssignable("news")');
    expect(process.send({ Action: 'News' }, 'x', { Target: 'elsewhere', From: STRANGER, Owner: STRANGER }).messages).toHaveLength(1);
  });

  test('a spawned process belongs to its parent', async () => {
    const process = await spawnProcess({ tags: { 'From-Process': 'parent-process' } });
    expect(printed(process.eval('1'))).toContain('New Message From');
    expect(process.instance.children([], 0, 50)?.nodes.find((node) => node.key === '.Owner')?.preview).toBe('"parent-process"');
  });
});

describe('waiting for messages', () => {
  test('Receive goes on in a later slot, where its output appears', async () => {
    const process = await spawnProcess();
    expect(process.show('print("asking") local m = Receive({ Action = "Answer" }) print("got " .. m.Data)')).toBe('asking');
    expect(printed(process.send({ Action: 'Other' }))).toContain('New Message');
    expect(printed(process.send({ Action: 'Answer' }, '42'))).toBe('got 42');
    expect(printed(process.send({ Action: 'Answer' }, '43'))).toContain('New Message');
  });

  test('a handler can wait twice, and locals survive', async () => {
    const process = await spawnProcess();
    process.eval(
      'Handlers.add("sum", "Sum", function(m) local a = Receive("N").Data local b = Receive("N").Data m.reply({ Data = tostring(a + b) }) end)',
    );
    process.send({ Action: 'Sum', Reference: '5' });
    expect(process.send({ Action: 'N' }, '20').messages).toEqual([]);
    const { messages } = process.send({ Action: 'N' }, '22');
    expect(messages[0]).toMatchObject({ Target: OWNER, Data: '42' });
    expect(tagsOf(messages[0])['X-Reference']).toBe('5');
    expect(process.show('#Handlers.coroutines')).toBe('0');
  });

  test('send(...).receive() takes the reply to that very message', async () => {
    const process = await spawnProcess({ tags: { Authority: MU } });
    process.eval('local answer = ao.send({ Target = "bob", Action = "Ask" }).receive() print("bob says " .. answer.Data)');
    const wrong = process.send({ 'X-Reference': '99' }, 'no', { From: 'bob', Owner: MU });
    expect(printed(wrong)).toContain('New Message');
    expect(printed(process.send({ 'X-Reference': '1' }, 'yes', { From: 'bob', Owner: MU }))).toBe('bob says yes');
  });

  test('onReply calls back once', async () => {
    const process = await spawnProcess({ tags: { Authority: MU } });
    process.eval('Send({ Target = "bob" }).onReply(function(m) print("reply " .. m.Data) end)');
    expect(printed(process.send({ 'X-Reference': '1' }, 'a', { From: 'bob', Owner: MU }))).toBe('reply a');
    expect(printed(process.send({ 'X-Reference': '1' }, 'b', { From: 'bob', Owner: MU }))).toContain('New Message');
  });

  test('Spawn(...).receive() waits for the notice of the new process', async () => {
    const process = await spawnProcess({ tags: { Authority: MU } });
    process.eval('local m = Spawn({ Name = "c" }).receive() Child = m.Process');
    process.send({ Action: 'Spawned', Reference: '1', Process: 'child-id' }, null, { From: PROCESS, Owner: MU });
    expect(process.show('Child')).toBe('child-id');
  });

  test('an error after the wait is an error of the message that woke it, with its line', async () => {
    const process = await spawnProcess();
    process.eval('local m = Receive("Go")\nerror("afterwards")', { Source: 'w.lua' });
    const { error } = process.send({ Action: 'Go' });
    expect(error).toContain('w.lua:2: afterwards');
    expect(error).toContain('\tw.lua:2: in main chunk');
    expect(process.send({ Action: 'Go' }).error).toContain('afterwards');
  });
});
