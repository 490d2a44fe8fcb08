import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spawnProcess, type TestProcess } from './process.fixture.ts';

/** A Lua text for any string of JavaScript. */
function lua(text: string): string {
  return `"${[...Buffer.from(text, 'utf8')].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`;
}

async function properties(process: TestProcess, property: (process: TestProcess) => fc.IProperty<unknown[]>): Promise<void> {
  fc.assert(property(process), { numRuns: 150 });
}

describe('json', () => {
  test('any JSON text decodes and encodes to the same value', async () => {
    const process = await spawnProcess();
    process.eval('json = require("json")');
    // Lua has one kind of table and no null: an empty object comes back as an empty list, null is gone.
    const value = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
      list: fc.array(tie('any'), { maxLength: 5 }),
      object: fc.dictionary(fc.string({ minLength: 1 }), tie('any'), { minKeys: 1, maxKeys: 5 }),
      any: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('list'), tie('object')),
    })).any;
    await properties(process, (p) =>
      fc.property(value, (original) => {
        const text = JSON.stringify(original);
        expect(JSON.parse(p.show(`print(json.encode(json.decode(${lua(text)})))`))).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    ['{}', '[]'],
    ['{ 1, 2, { a = true } }', '[1,2,{"a":true}]'],
    ['{ b = 1, a = 2 }', '{"a":2,"b":1}'],
    ['10.0', '10'],
    ['0.1', '0.1'],
    ['1e300', '1e+300'],
    ['2^53', '9007199254740992'],
    ['math.maxinteger', '9223372036854775807'],
    ['"\\n\\t\\"\\\\\\1\\127"', '"\\n\\t\\"\\\\\\u0001\\u007f"'],
    ['nil', 'null'],
  ])('encodes %s', async (code, expected) => {
    const process = await spawnProcess();
    expect(process.show(`print(require("json").encode(${code}))`)).toBe(expected);
  });

  test.each([
    ['not a number', '0/0', 'unexpected number value'],
    ['infinity', 'math.huge', 'unexpected number value'],
    ['mixed keys', '{ 1, a = 2 }', 'mixed or invalid key types'],
    ['holes', '{ 1, nil, 3 }', 'sparse array'],
    ['functions', '{ f = print }', "unexpected type 'function'"],
    ['circles', '(function() local t = {} t.t = t return t end)()', 'circular reference'],
  ])('refuses %s', async (_what, code, reason) => {
    const process = await spawnProcess();
    expect(process.eval(`require("json").encode(${code})`).error).toContain(reason);
  });

  test.each([
    ['{"a":1,}', 'expected string for key at line 1 col 8'],
    ['[1,2', "expected ']' or ','"],
    ['"abc', 'expected closing quote for string at line 1 col 1'],
    ['01', "invalid number '01'"],
    ['{"a":\n tru}', "unexpected character 't' at line 2 col 2"],
    ['1 2', 'trailing garbage at line 1 col 3'],
    ['', 'unexpected end of text'],
    ['"\\x"', "invalid escape char 'x'"],
  ])('says where %s is wrong', async (text, reason) => {
    const process = await spawnProcess();
    expect(process.eval(`require("json").decode(${lua(text)})`).error).toContain(reason);
  });

  test('whole numbers stay whole', async () => {
    const process = await spawnProcess();
    expect(
      process.show(
        'local d = require("json").decode("[1,-5,1.0,1e2,9007199254740993]") return math.type(d[1]) .. math.type(d[3]) .. math.type(d[4]) .. d[5]',
      ),
    ).toBe('integerfloatfloat9007199254740993');
  });

  test('is found under its other name', async () => {
    const process = await spawnProcess();
    expect(process.show('require(".json") == require("json")')).toBe('true');
  });
});

describe('base64', () => {
  test('any bytes encode as everywhere else, and come back', async () => {
    const process = await spawnProcess();
    process.eval('b64 = require(".base64")');
    await properties(process, (p) =>
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const raw = Buffer.from(bytes);
        const code = `"${[...raw].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`;
        expect(p.show(`print(b64.encode(${code}))`)).toBe(raw.toString('base64'));
        expect(p.show(`b64.decode("${raw.toString('base64')}") == ${code}`)).toBe('true');
      }),
    );
  });

  test('other alphabets, and text with line breaks', async () => {
    const process = await spawnProcess();
    process.eval('b64 = require(".base64")');
    expect(process.show('b64.encode("\\255\\254\\253?", b64.makeencoder("-", "_", "="))')).toBe('__79Pw==');
    expect(process.show('b64.decode("__79Pw", b64.makedecoder("-", "_")) == "\\255\\254\\253?"')).toBe('true');
    expect(process.show('b64.decode("aGVs\\nbG8")')).toBe('hello');
  });
});

describe('big integers', () => {
  const wide = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: -(2n ** BigInt(bits)), max: 2n ** BigInt(bits) });

  test('calculate as BigInt does', async () => {
    const process = await spawnProcess();
    process.eval('bint = require(".bint")(256)');
    await properties(process, (p) =>
      fc.property(wide(120), wide(120), (a, b) => {
        const shown = p.show(
          `local a, b = bint("${a}"), bint("${b}") print(table.concat({ tostring(a + b), tostring(a - b), tostring(a * b), tostring(-a), tostring(a < b), tostring(a <= b), tostring(a == b) }, " "))`,
        );
        expect(shown).toBe([a + b, a - b, a * b, -a, a < b, a <= b, a === b].join(' '));
      }),
    );
  });

  test('divide as Lua does (down) and as BigInt does (toward zero)', async () => {
    const process = await spawnProcess();
    process.eval('bint = require(".bint")(256)');
    await properties(process, (p) =>
      fc.property(
        wide(250),
        fc.oneof(wide(20), wide(64), wide(200)).filter((b) => b !== 0n),
        (a, b) => {
          const quotient = a / b;
          const rest = a % b;
          const isDown = rest !== 0n && rest < 0n !== b < 0n;
          const shown = p.show(
            `local a, b = bint("${a}"), bint("${b}") print(table.concat({ tostring(a // b), tostring(a % b), tostring(bint.tdiv(a, b)), tostring(bint.tmod(a, b)) }, " "))`,
          );
          expect(shown).toBe([isDown ? quotient - 1n : quotient, isDown ? rest + b : rest, quotient, rest].join(' '));
        },
      ),
    );
  });

  test('divide numbers made of the digits at which long division goes wrong', async () => {
    const process = await spawnProcess();
    process.eval('bint = require(".bint")(256)');
    const edgy = (most: number): fc.Arbitrary<bigint> =>
      fc
        .array(fc.constantFrom(0n, 1n, 2n, 3n, 0x2000n, 0x7fffn, 0x8000n, 0xfffen, 0xffffn), { minLength: 3, maxLength: most })
        .map((digits) => digits.reduce<bigint>((value, digit) => (value << 16n) | digit, 0n));
    await properties(process, (p) =>
      fc.property(
        edgy(12),
        edgy(8).filter((b) => b !== 0n),
        (a, b) => {
          expect(p.show(`local a, b = bint("${a}"), bint("${b}") print(tostring(a // b) .. " " .. tostring(a % b))`)).toBe(
            `${a / b} ${a % b}`,
          );
        },
      ),
    );
    // The quotient's guess is one too high here and has to be taken back (Hacker's Delight, divmnu tests).
    for (const [a, b] of [
      [0x7fff800000000000n, 0x800000000001n],
      [0x800000000003n, 0x200000000001n],
    ] as const) {
      expect(process.show(`tostring(bint("${a}") // bint("${b}")) .. " " .. tostring(bint("${a}") % bint("${b}"))`)).toBe(
        `${a / b} ${a % b}`,
      );
    }
  });

  test('shift, wrap and convert', async () => {
    const process = await spawnProcess();
    process.eval('bint = require(".bint")(256)');
    await properties(process, (p) =>
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 255n - 1n }), fc.nat({ max: 300 }), (a, count) => {
        const shown = p.show(
          `local a = bint("0x${a.toString(16)}") print(table.concat({ bint.tobase(a << ${count}, 16), bint.tobase(a >> ${count}, 16), tostring(a), tostring(bint.frombe(bint.tobe(a)) == a) }, " "))`,
        );
        expect(shown).toBe([BigInt.asUintN(256, a << BigInt(count)).toString(16), (a >> BigInt(count)).toString(16), a, true].join(' '));
      }),
    );
  });

  test.each([
    ['tostring(bint.maxinteger() + 1 == bint.mininteger())', 'true'],
    ['tostring(bint.ipow(2, 200))', String(2n ** 200n)],
    ['tostring(bint.upowmod(3, 1000, 1000007))', String(3n ** 1000n % 1000007n)],
    ['tostring(bint("5") + 2) .. tostring(2 + bint("5")) .. tostring(bint("5") + "2")', '777'],
    ['tostring(bint(7) / 2)', '3.5'],
    ['tostring(bint(7) + 0.5)', '7.5'],
    ['tostring((bint.tobint("nonsense")))', 'nil'],
    ['tostring(bint.isbint(bint(1))) .. tostring(bint.isbint(1))', 'truefalse'],
    ['tostring(bint.__lt(bint("99999999999999999999"), bint("100000000000000000000")))', 'true'],
    ['tostring(bint.eq("5", 5)) .. tostring(bint(5) == bint("5"))', 'truetrue'],
    ['bint.tobase(-255, 16, false)', '-ff'],
    ['tostring(bint.tonumber(bint("123456789012345678901234567890")))', '1.2345678901235e+29'],
    ['tostring(bint.tointeger(bint("-42")))', '-42'],
    ['tostring(bint.zero()) .. tostring(bint.one()) .. tostring(bint.iszero(bint(0)))', '01true'],
    ['tostring(~bint(0)) .. tostring(bint(12) & 10) .. tostring(bint(12) | 3) .. tostring(bint(12) ~ 5)', '-18159'],
    ['tostring(bint.abs(bint(-9))) .. tostring(bint.max(3, bint(4))) .. tostring(bint.min(3, bint(4)))', '943'],
  ])('%s', async (code, expected) => {
    const process = await spawnProcess();
    process.eval('bint = require(".bint")(256)');
    expect(process.show(code)).toBe(expected);
  });

  test('division by zero and what is no number are errors', async () => {
    const process = await spawnProcess();
    process.eval('bint = require(".bint")(256)');
    expect(process.eval('bint(1) // 0').error).toContain('division by zero');
    expect(process.eval('bint("1.5x")').error).toContain('value cannot be represented by a bint');
  });
});

describe('digests', () => {
  const NAMES = { md5: 'md5', sha1: 'sha1', sha2_256: 'sha256', sha2_512: 'sha512', sha3_256: 'sha3-256', sha3_512: 'sha3-512' };

  test.each(Object.entries(NAMES))('%s of texts of every length around the blocks', async (name, known) => {
    const process = await spawnProcess();
    process.eval(`digest = require(".crypto").digest.${name}`);
    for (const length of [0, 1, 55, 56, 63, 64, 65, 71, 72, 111, 112, 127, 128, 135, 136, 137, 300]) {
      const text = 'ab\u00e4z'.repeat(100).slice(0, length);
      expect(process.show(`digest(${lua(text)}).asHex()`)).toBe(createHash(known).update(text).digest('hex'));
    }
  });

  test('keccak256 is that of Ethereum', async () => {
    const process = await spawnProcess();
    const show = (text: string): string => process.show(`require(".crypto").digest.keccak256("${text}").asHex()`);
    expect(show('')).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
    expect(show('abc')).toBe('4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45');
  });

  test('take streams and lists as on aos, and answer in three forms', async () => {
    const process = await spawnProcess();
    process.eval('crypto = require(".crypto")');
    const abc = createHash('sha256').update('abc').digest('hex');
    expect(process.show('crypto.digest.sha2_256(crypto.utils.stream.fromString("abc")).asHex()')).toBe(abc);
    expect(process.show('crypto.digest.sha2_256(crypto.utils.array.fromString("abc")).asHex()')).toBe(abc);
    expect(process.show('local d = crypto.digest.sha1("abc") return #d.asString() .. " " .. d.asBytes()[1]')).toBe('20 169');
  });

  test('createHmac gives the codes of aos, hmac those of the standard', async () => {
    const process = await spawnProcess();
    process.eval(
      'crypto = require(".crypto") data = crypto.utils.stream.fromString("ao") key = crypto.utils.array.fromString("super_secret_key")',
    );
    // From the documentation of aos (process/crypto.md).
    expect(process.show('crypto.mac.createHmac(crypto.utils.stream.fromString("ao"), key).asHex()')).toBe(
      '3966f45acb53f7a1a493bae15afecb1a204fa32d',
    );
    for (const [name, key] of [
      ['sha1', 'k'],
      ['sha256', 'k'.repeat(100)],
    ] as const) {
      expect(process.show(`crypto.mac.hmac("message", "${key}", "${name}").asHex()`)).toBe(
        createHmac(name, key).update('message').digest('hex'),
      );
    }
  });

  test('pbkdf2', async () => {
    const process = await spawnProcess();
    expect(process.show('require(".crypto").kdf.pbkdf2("password", "salt", 4, 50, "sha256").asHex()')).toBe(
      pbkdf2Sync('password', 'salt', 4, 50, 'sha256').toString('hex').toUpperCase(),
    );
  });
});

describe('small libraries', () => {
  test.each([
    ['Utils.map(function(v) return v * 2 end, { 1, 2 })[2]', '4'],
    ['Utils.map(function(v) return v * 2 end)({ 1, 2 })[2]', '4'],
    ['#Utils.filter(function(v) return v > 1 end, { 1, 2, 3 })', '2'],
    ['Utils.reduce(function(a, v) return a + v end)(0)({ 1, 2, 3 })', '6'],
    ['Utils.find(function(v) return v == 2 end, { 1, 2 })', '2'],
    ['table.concat(Utils.reverse({ 1, 2, 3 }))', '321'],
    ['table.concat(Utils.concat({ 1 })({ 2 }))', '12'],
    ['Utils.compose(function(v) return v + 1 end, function(v) return v * 2 end)(5)', '11'],
    ['tostring(Utils.includes("b", { "a", "b" }))', 'true'],
    ['tostring(Utils.propEq("name", "x", { name = "x" }))', 'true'],
    ['Utils.prop("name")({ name = "x" })', 'x'],
    ['#Utils.keys({ a = 1, b = 2 }) + #Utils.values({ 1 })', '3'],
    ['Utils.normalize("reply_to-ME")', 'Reply-To-Me'],
    ['tostring(Utils.matchesSpec({ Action = "Buy" }, { Action = "^b" }))', 'true'],
    ['Dump({ a = 1, [2] = "x" })', '{\n    [2] = "x",\n    a = 1\n}'],
    ['require(".pretty").tprint({ a = 1, b = { c = true } })', 'a: 1\nb: \n c: true\n'],
    ['require(".process")._version', '2.0.4'],
    ['require("ao") == ao', 'true'],
    ['ao.clone({ a = { 1 } }).a[1]', '1'],
    ['tostring(ao.sanitize({ Owner = "x", Action = "y" }).Owner)', 'nil'],
    ['os.date("%d.%m.%Y %H:%M:%S %A", 951782400 + 86399)', '29.02.2000 23:59:59 Tuesday'],
    ['os.date("*t", 0).year', '1970'],
  ])('%s', async (code, expected) => {
    const process = await spawnProcess();
    expect(process.show(`print(${code})`)).toBe(expected);
  });
});
