import { entriesOf } from './entry.ts';

export const JSON_LIBRARY = entriesOf('json', [
  [
    'encode(value: any): string',
    'Writes a value as JSON. A table with the keys 1, 2, 3, … is a list.',
    { example: 'json.encode(Balances)' },
  ],
  ['decode(text: string): any', 'Reads JSON. What is no JSON is an error.', { of: { text: 'For example msg.Data.' } }],
  ['_version: string', 'Version of this library.'],
]);

const LIST = { list: 'A table with the keys 1, 2, 3, …' } as const;

export const LISTS = entriesOf('.utils', [
  ['_version: string', 'Version of this library.'],
  ['concat(first: table, second: table): table', 'A list of both lists, one behind the other.'],
  [
    'reduce(fn: function, initial: any, list: table): any',
    'Takes a list together into one value.',
    { of: { fn: 'Called with the value so far, an element and its place.', ...LIST } },
  ],
  ['map(fn: function, list: table): table', 'A list of what a function makes out of each element.', { of: LIST }],
  ['filter(fn: function, list: table): table', 'The elements for which a function says true.', { of: LIST }],
  ['find(fn: function, list: table): any', 'The first element for which a function says true.', { of: LIST }],
  ['reverse(list: table): table', 'The list, last element first.', { of: LIST }],
  ['includes(wanted: any, list: table): boolean', 'True when the list holds the value.', { of: LIST }],
  ['keys(object: table): table', 'The keys of a table, as a list.'],
  ['values(object: table): table', 'The values of a table, as a list.'],
  ['prop(name: string, object: table): any', 'A member of a table.'],
  ['propEq(name: string, value: any, object: table): boolean', 'True when a member has this value.'],
  ['compose(...: any): function', 'One function out of several; the last is called first.'],
  ['curry(fn: function, arity?: number): function', 'A function that can be given its arguments one by one.'],
  ['matchesPattern(pattern: any, value: any, message: table): boolean', 'True when a value of a message fits a pattern.', { since: 2 }],
  ['matchesSpec(message: table, spec: any): any', 'What the pattern of a handler says to a message.', { since: 2 }],
  ['normalize(name: string): string', 'The name of a tag, Written-Like-This.', { since: 2 }],
  ['capitalize(text: string): string', 'The text with a large first letter.', { since: 2 }],
]);

/** Numbers of a fixed width: `local bint = require(".bint")(256)`. */
export const BINT = entriesOf('.bint', [
  ['new(value: any): bint', 'A big integer out of a number, a text or another.', { example: 'bint("1000000000000000000")' }],
  ['zero(): bint', '0.'],
  ['one(): bint', '1.'],
  ['frominteger(value: any): any', 'A big integer out of an integer; nil for what is none.'],
  ['fromuinteger(value: any): any', 'As frominteger; a negative one counts as a large one without sign.'],
  ['frombase(text: string, base?: number): any', 'Reads digits of a base from 2 to 36; nil for what is none.'],
  ['fromstring(text: string): any', 'Reads a decimal, 0x or 0b number; nil for what is none.'],
  ['fromle(buffer: string): bint', 'Out of bytes, lowest first.'],
  ['frombe(buffer: string): bint', 'Out of bytes, highest first.'],
  ['tobint(value: any, isClone?: boolean): any', 'As new, but nil for what is no integer.', { example: 'bint.tobint(msg.Tags.Quantity)' }],
  ['parse(value: any, isClone?: boolean): any', 'A big integer, or a number where it is none.'],
  ['tointeger(value: any): any', 'A Lua integer. What is too large wraps around.'],
  ['touinteger(value: any): any', 'As tointeger, without sign.'],
  ['tonumber(value: any): any', 'A Lua number. What is too large is rounded.'],
  ['tobase(value: any, base?: number, isUnsigned?: boolean): string', 'Its digits in a base from 2 to 36.'],
  ['tole(value: any, isTrimmed?: boolean): string', 'Its bytes, lowest first.'],
  ['tobe(value: any, isTrimmed?: boolean): string', 'Its bytes, highest first.'],
  ['isbint(value: any): boolean', 'True for a big integer.'],
  ['isintegral(value: any): boolean', 'True for a big integer and a Lua integer.'],
  ['isnumeric(value: any): boolean', 'True for a big integer and a Lua number.'],
  ['type(value: any): any', '"bint", "integer", "float", or nil.'],
  ['iszero(value: any): boolean', 'True for 0.'],
  ['isone(value: any): boolean', 'True for 1.'],
  ['isminusone(value: any): boolean', 'True for -1.'],
  ['isneg(value: any): boolean', 'True below 0.'],
  ['ispos(value: any): boolean', 'True above 0.'],
  ['iseven(value: any): boolean', 'True for an even number.'],
  ['isodd(value: any): boolean', 'True for an odd number.'],
  ['eq(x: any, y: any): boolean', 'Equal, also with a Lua number. The operator == compares big integers only.'],
  ['ult(x: any, y: any): boolean', 'Less, without signs.'],
  ['ule(x: any, y: any): boolean', 'Less or equal, without signs.'],
  ['inc(x: any): bint', 'One more.'],
  ['dec(x: any): bint', 'One less.'],
  ['abs(x: any): bint', 'Without its sign.'],
  ['floor(x: any): bint', 'The integer below.'],
  ['ceil(x: any): bint', 'The integer above.'],
  ['trunc(x: any): bint', 'Without what follows the point.'],
  ['max(x: any, y: any): bint', 'The larger one.'],
  ['min(x: any, y: any): bint', 'The smaller one.'],
  ['udiv(x: any, y: any): bint', 'Divides without signs.'],
  ['umod(x: any, y: any): bint', 'What udiv leaves over.'],
  ['udivmod(x: any, y: any): bint', 'Both of udiv and umod.'],
  ['tdiv(x: any, y: any): bint', 'Divides, rounding towards zero.'],
  ['tmod(x: any, y: any): bint', 'What tdiv leaves over.'],
  ['tdivmod(x: any, y: any): bint', 'Both of tdiv and tmod.'],
  ['idivmod(x: any, y: any): bint', 'Both of // and %, which round down.'],
  ['ipow(x: any, y: any): bint', 'A power, in integers. The operator ^ gives a rounded number.'],
  ['upowmod(x: any, y: any, modulus: any): bint', 'What a power leaves over, without signs.'],
  ['bwrap(x: any, count: number): bint', 'Keeps the lowest bits.'],
  ['brol(x: any, count: number): bint', 'Turns the bits to the left.'],
  ['bror(x: any, count: number): bint', 'Turns the bits to the right.'],
  ['maxinteger(): bint', 'The largest number of this width.'],
  ['mininteger(): bint', 'The smallest number of this width.'],
  ['bits: number', 'The width.'],
]);

export const BASE64 = entriesOf('.base64', [
  ['encode(bytes: string, encoder?: table): string', 'Bytes as base64.', { of: { encoder: 'Of makeencoder, for other letters.' } }],
  ['decode(text: string, decoder?: table): string', 'Base64 as bytes.', { of: { decoder: 'Of makedecoder, for other letters.' } }],
  [
    'makeencoder(letter62?: string, letter63?: string, padding?: string): table',
    'Letters to encode with.',
    { example: 'base64.makeencoder("-", "_")' },
  ],
  ['makedecoder(letter62?: string, letter63?: string, padding?: string): table', 'Letters to decode with.'],
]);

const BYTES = { message: 'Text, or a list or stream of bytes. aos takes a stream: crypto.utils.stream.fromString(text).' } as const;
/** The older ones of aos read bytes one by one. */
const STREAM = 'Only a stream is taken there: crypto.utils.stream.fromString(text) is taken on both.';
const DIGEST = 'Its members asHex(), asBytes() and asString() give the result.';

export const CRYPTO = entriesOf('.crypto', [
  ['digest: .crypto.digest', 'Fingerprints of data.'],
  ['mac: .crypto.mac', 'Fingerprints that need a key.'],
  ['kdf: .crypto.kdf', 'Keys out of passwords.'],
  ['utils: .crypto.utils', 'Bytes as text, lists, streams and hex.'],
  ['cipher: .crypto.cipher', 'Ciphers.', { on: 'aos' }],
  ['_version: string', 'Version of this library.'],
]);

export const CRYPTO_DIGEST = entriesOf('.crypto.digest', [
  [
    'sha2_256(message: any): table',
    `SHA-256. ${DIGEST}`,
    { of: BYTES, example: 'crypto.digest.sha2_256(crypto.utils.stream.fromString(text)).asHex()', differs: STREAM },
  ],
  ['sha2_512(message: any): table', `SHA-512. ${DIGEST}`, { of: BYTES }],
  ['sha3_256(message: any): table', `SHA3-256. ${DIGEST}`, { of: BYTES }],
  ['sha3_512(message: any): table', `SHA3-512. ${DIGEST}`, { of: BYTES }],
  ['keccak256(message: any): table', `Keccak-256, which Ethereum uses. ${DIGEST}`, { of: BYTES }],
  ['keccak512(message: any): table', `Keccak-512. ${DIGEST}`, { of: BYTES }],
  ['sha1(message: any): table', `SHA-1: for old formats only. ${DIGEST}`, { of: BYTES, differs: STREAM }],
  ['md5(message: any): table', `MD5: for old formats only. ${DIGEST}`, { of: BYTES, differs: STREAM }],
  ['blake2b(message: any): table', `BLAKE2b. ${DIGEST}`, { on: 'aos' }],
  ['md4(message: any): table', `MD4: for old formats only. ${DIGEST}`, { on: 'aos' }],
  ['md2(message: any): table', `MD2: for old formats only. ${DIGEST}`, { on: 'aos' }],
]);

export const CRYPTO_MAC = entriesOf('.crypto.mac', [
  [
    'createHmac(data: any, key: any, algorithm?: string): table',
    `An HMAC as aos makes it, with blocks of 32 bytes. ${DIGEST}`,
    { of: { algorithm: '"sha1" or "sha256".' } },
  ],
  ['hmac(data: any, key: any, algorithm?: string): table', `An HMAC as the standard says. ${DIGEST}`, { on: 'lua' }],
]);

export const CRYPTO_KDF = entriesOf('.crypto.kdf', [
  [
    'pbkdf2(password: any, salt: any, iterations: number, keyLength: number, algorithm?: string): table',
    `A key out of a password. ${DIGEST}`,
  ],
]);

export const CRYPTO_BYTES = entriesOf('.crypto.utils', [
  ['hex: .crypto.utils.hex', 'Text and hex.'],
  ['array: .crypto.utils.array', 'Lists of bytes.'],
  ['stream: .crypto.utils.stream', 'Functions that give one byte a call.'],
]);

export const CRYPTO_HEX = entriesOf('.crypto.utils.hex', [
  ['stringToHex(text: string): string', 'Bytes as hex.'],
  ['hexToString(text: string): string', 'Hex as bytes.'],
]);

export const CRYPTO_ARRAY = entriesOf('.crypto.utils.array', [
  ['fromString(text: string): table', 'The bytes of a text.'],
  ['toString(list: table): string', 'The text of bytes.'],
  ['fromHex(text: string): table', 'The bytes that hex says.'],
  ['toHex(list: table): string', 'Bytes as hex.'],
  ['fromStream(source: function): table', 'All bytes of a stream.'],
  ['toStream(list: table): function', 'A stream of bytes.'],
  ['concat(first: table, second: table): table', 'Both lists, one behind the other.'],
  ['slice(list: table, first: number, last: number): table', 'A part of a list.'],
  ['truncate(list: table, size: number): table', 'The first bytes of a list.'],
  ['size(list: table): number', 'How many bytes.'],
  ['copy(list: table): table', 'A copy.'],
  ['XOR(first: table, second: table): table', 'Each byte of one with that of the other.'],
]);

export const CRYPTO_STREAM = entriesOf('.crypto.utils.stream', [
  ['fromString(text: string): function', 'A stream of the bytes of a text.'],
  ['toString(source: function): string', 'The text of a stream.'],
  ['fromArray(list: table): function', 'A stream of a list.'],
  ['toArray(source: function): table', 'The list of a stream.'],
  ['fromHex(text: string): function', 'A stream of what hex says.'],
  ['toHex(source: function): string', 'A stream as hex.'],
]);

export const PRETTY = entriesOf('.pretty', [
  ['tprint(object: table, indent?: number): string', 'Writes a table over several lines.'],
  ['_version: string', 'Version of this library.'],
]);

export const STRINGIFY = entriesOf('.stringify', [
  ['format(object: any, indent?: number, path?: table): string', 'Writes a value as the console shows it.'],
  ['isSimpleArray(list: table): boolean', 'True for a list of texts, numbers and booleans.'],
  ['_version: string', 'Version of this library.'],
]);

export const CHANCE = entriesOf('.chance', [
  ['seed(seed: number)', 'Starts the random numbers anew.'],
  ['random(): number', 'A number from 0 to below 1.'],
  ['integer(min: number, max: number): number', 'An integer from min to max.'],
]);

/** In modules of aos that are built with SQLite. */
export const SQLITE = entriesOf(
  'lsqlite3',
  [
    [
      'open_memory(): db',
      'Opens a database in memory. It is kept with the process.',
      { example: 'db = require("lsqlite3").open_memory()' },
    ],
    ['open(file: string): db', 'Opens a database in a file of the process.'],
    ['version(): string', 'The version of SQLite.'],
    ['complete(sql: string): boolean', 'True when the text holds whole statements.'],
    ['OK: number', 'The result of a call that went well.'],
    ['ROW: number', 'The result of step when there is a row.'],
    ['DONE: number', 'The result of step when there are no more rows.'],
    ['ERROR: number', 'The result of a call that failed.'],
    ['NULL: number', 'The type of a column that holds nothing.'],
    ['INTEGER: number', 'The type of a column that holds an integer.'],
    ['FLOAT: number', 'The type of a column that holds a number.'],
    ['TEXT: number', 'The type of a column that holds text.'],
    ['BLOB: number', 'The type of a column that holds bytes.'],
  ],
  { on: 'aos' },
);

export const SQLITE_DATABASE = entriesOf(
  'db',
  [
    ['exec(sql: string, each?: function): number', 'Runs statements. The function is called for each row.'],
    [
      'prepare(sql: string): stmt',
      'Makes a statement to bind values to. Never put values into the text itself.',
      { example: 'db:prepare("SELECT * FROM t WHERE id = ?")' },
    ],
    ['nrows(sql: string): function', 'Loops over rows as tables by column.', { example: 'for row in db:nrows("SELECT * FROM t") do' }],
    ['rows(sql: string): function', 'Loops over rows as lists.'],
    ['urows(sql: string): function', 'Loops over rows as several values.'],
    ['changes(): number', 'How many rows the last statement changed.'],
    ['last_insert_rowid(): number', 'The id of the row that was put in last.'],
    ['errmsg(): string', 'What went wrong last.'],
    ['errcode(): number', 'The number of what went wrong last.'],
    ['close(): number', 'Closes the database.'],
  ],
  { on: 'aos' },
);

export const SQLITE_STATEMENT = entriesOf(
  'stmt',
  [
    ['bind(place: number, value: any): number', 'Puts a value at a ?, counted from 1.'],
    ['bind_values(...: any): number', 'Puts values at all ?, in order.'],
    ['bind_names(values: table): number', 'Puts values at names such as :id.'],
    ['step(): number', 'Goes to the next row: ROW, DONE, or an error.'],
    ['nrows(): function', 'Loops over rows as tables by column.'],
    ['rows(): function', 'Loops over rows as lists.'],
    ['get_value(column: number): any', 'A column of this row, counted from 0.'],
    ['get_values(): table', 'All columns of this row.'],
    ['get_named_values(): table', 'All columns of this row by name.'],
    ['reset(): number', 'Lets the statement run again.'],
    ['finalize(): number', 'Gives back what the statement holds.'],
  ],
  { on: 'aos' },
);
