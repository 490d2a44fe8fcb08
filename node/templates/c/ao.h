// What a process on ao hears and says, in C without a standard library. The host writes the message as JSON into memory, calls
// `handle`, and reads JSON back; both end with a NUL. This file is all that lies between.
#pragma once

typedef __SIZE_TYPE__ size_t;

// What is taken during a message is given back after it, as a whole: what is to last is a `static` of the program.
extern unsigned char __heap_base;
static unsigned char *heap = &__heap_base;

// The host puts what it hands over where this says.
void *malloc(size_t bytes) {
  unsigned char *at = heap;
  unsigned char *end = at + ((bytes + 7) & ~(size_t)7);
  size_t there = (size_t)__builtin_wasm_memory_size(0) * 65536;
  size_t more = (size_t)end > there ? ((size_t)end - there + 65535) / 65536 : 0;
  // Without memory nothing goes on: the message ends here, and the memory is that of before it.
  if (end < at || (more > 0 && __builtin_wasm_memory_grow(0, more) == (size_t)-1)) __builtin_trap();
  heap = end;
  return at;
}

// The message and the environment are given back together, the last thing of a call.
void free(void *at) {
  if ((unsigned char *)at < heap) heap = at;
}

static size_t length_of(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

static int is_same(const char *one, const char *other) {
  while (*one && *one == *other) one++, other++;
  return *one == *other;
}

// ---- Text that grows ----

typedef struct {
  char *text;
  size_t length, room;
} Text;

static void put(Text *to, char letter) {
  if (to->length + 1 >= to->room) {
    size_t room = to->room ? to->room * 2 : 256;
    char *text = malloc(room);
    for (size_t i = 0; i < to->length; i++) text[i] = to->text[i];
    to->text = text;
    to->room = room;
  }
  to->text[to->length++] = letter;
  to->text[to->length] = 0;
}

static void put_text(Text *to, const char *text) {
  while (*text) put(to, *text++);
}

static void put_json(Text *to, const char *text) {
  put(to, '"');
  for (; *text; text++) {
    unsigned char letter = *text;
    if (letter == '"' || letter == '\\') put(to, '\\'), put(to, letter);
    else if (letter < 32) put_text(to, "\\u00"), put(to, '0' + letter / 16), put(to, "0123456789abcdef"[letter % 16]);
    else put(to, letter);
  }
  put(to, '"');
}

// A number as text.
static const char *text_of(long long number) {
  char *at = (char *)malloc(24) + 23;
  unsigned long long left = number < 0 ? 0ULL - number : number;
  *at = 0;
  do *--at = '0' + left % 10;
  while ((left /= 10));
  if (number < 0) *--at = '-';
  return at;
}

// ---- The message ----

static const char *after_space(const char *at) {
  while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') at++;
  return at;
}

// Past a value of JSON, whatever it is.
static const char *after_value(const char *at) {
  int depth = 0;
  do {
    at = after_space(at);
    if (*at == '"') {
      for (at++; *at && *at != '"'; at++)
        if (*at == '\\' && at[1]) at++;
      if (*at) at++;
    } else if (*at == '{' || *at == '[') depth++, at++;
    else if (*at == '}' || *at == ']') depth--, at++;
    else if (*at == ',' || *at == ':') at++;
    else
      while (*at && *at != ',' && *at != ':' && *at != '}' && *at != ']' && *at > ' ') at++;
  } while (depth > 0 && *at);
  return at;
}

static unsigned hex_at(const char *at) {
  unsigned number = 0;
  for (int i = 0; i < 4 && at[i]; i++) number = number * 16 + (at[i] <= '9' ? at[i] - '0' : (at[i] | 32) - 'a' + 10);
  return number;
}

// A letter as UTF-8.
static void put_letter(Text *to, unsigned code) {
  if (code < 0x80) return put(to, code);
  if (code < 0x800) put(to, 0xc0 | code >> 6);
  else {
    if (code < 0x10000) put(to, 0xe0 | code >> 12);
    else put(to, 0xf0 | code >> 18), put(to, 0x80 | (code >> 12 & 63));
    put(to, 0x80 | (code >> 6 & 63));
  }
  put(to, 0x80 | (code & 63));
}

// What stands at a place of JSON: a text without its quotes, a number as it is written; "" for nothing.
static const char *read_text(const char *at) {
  Text text = {0};
  if (*at != '"') {
    const char *end = after_value(at);
    if (*at == 'n' || *at == '{' || *at == '[') return "";
    while (at < end) put(&text, *at++);
    return text.text ? text.text : "";
  }
  for (at++; *at && *at != '"'; at++) {
    if (*at != '\\') {
      put(&text, *at);
      continue;
    }
    switch (*++at) {
      case 'b': put(&text, '\b'); break;
      case 'f': put(&text, '\f'); break;
      case 'n': put(&text, '\n'); break;
      case 'r': put(&text, '\r'); break;
      case 't': put(&text, '\t'); break;
      case 'u': {
        unsigned code = hex_at(at + 1);
        at += 4;
        // What lies above 0xFFFF is written as two.
        if (code >> 10 == 0xd800 >> 10 && at[1] == '\\' && at[2] == 'u') {
          code = 0x10000 + ((code - 0xd800) << 10) + (hex_at(at + 3) - 0xdc00);
          at += 6;
        }
        // A text of C ends at its NUL.
        if (code) put_letter(&text, code);
        break;
      }
      default: put(&text, *at);
    }
  }
  return text.text ? text.text : "";
}

// Where the value of an object's field stands; a place where nothing is, for none.
static const char *field_at(const char *object, const char *name) {
  const char *at = after_space(object);
  if (*at != '{') return "";
  for (at = after_space(at + 1); *at == '"';) {
    const char *key = read_text(at);
    at = after_space(after_value(at));
    if (*at == ':') at = after_space(at + 1);
    if (is_same(key, name)) return at;
    at = after_space(after_value(at));
    if (*at == ',') at = after_space(at + 1);
  }
  return "";
}

// A field of the message: Id, From, Owner, Target, Data, Timestamp.
static const char *field(const char *message, const char *name) {
  return read_text(field_at(message, name));
}

// The value of a tag; "" where the message has none of that name.
static const char *tag(const char *message, const char *name) {
  const char *at = field_at(message, "Tags");
  if (*at != '[') return "";
  for (at = after_space(at + 1); *at == '{';) {
    if (is_same(field(at, "name"), name)) return field(at, "value");
    at = after_space(after_value(at));
    if (*at == ',') at = after_space(at + 1);
  }
  return "";
}

// ---- The answer ----

static Text output, messages;
// How many messages were sent: each carries its own number, so that no two are the same.
static unsigned sent;

// A line of what the process prints.
static void print(const char *line) {
  if (output.length) put(&output, '\n');
  put_text(&output, line);
}

static void put_tag(const char *name, const char *value) {
  put_text(&messages, "{\"name\":"), put_json(&messages, name);
  put_text(&messages, ",\"value\":"), put_json(&messages, value), put(&messages, '}');
}

// A message to a process or a wallet.
static void send(const char *target, const char *action, const char *data) {
  if (messages.length) put(&messages, ',');
  put_text(&messages, "{\"Target\":"), put_json(&messages, target);
  put_text(&messages, ",\"Anchor\":\"");
  const char *number = text_of(++sent);
  for (size_t i = length_of(number); i < 32; i++) put(&messages, '0');
  put_text(&messages, number), put_text(&messages, "\",\"Tags\":[");
  put_tag("Data-Protocol", "ao"), put(&messages, ',');
  put_tag("Type", "Message"), put(&messages, ',');
  put_tag("Variant", "ao.TN.1"), put(&messages, ',');
  put_tag("Action", action);
  put_text(&messages, "],\"Data\":"), put_json(&messages, data), put(&messages, '}');
}

// Begins a message: what was printed and sent before is gone.
static void begin(void) {
  output = messages = (Text){0};
}

// What `handle` returns. With an error the memory is that of before the message; null for none.
static const char *answer(const char *error) {
  Text text = {0};
  put_text(&text, "{\"ok\":true,\"response\":{");
  if (error) put_text(&text, "\"Error\":"), put_json(&text, error), put(&text, ',');
  put_text(&text, "\"Output\":{\"data\":"), put_json(&text, output.text ? output.text : "");
  put_text(&text, "},\"Messages\":["), put_text(&text, messages.text ? messages.text : "");
  put_text(&text, "],\"Spawns\":[],\"Assignments\":[]}}");
  return text.text;
}
