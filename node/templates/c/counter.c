// A process in C, without a standard library: it counts, and says how far it is.
#include "ao.h"

// What the process knows. All of its memory lasts from one message to the next.
static long long count;

// Whether a text is a whole number, and which.
static int read_number(const char *text, long long *number) {
  int is_negative = *text == '-';
  text += is_negative;
  if (!*text) return 0;
  for (*number = 0; *text; text++) {
    if (*text < '0' || *text > '9') return 0;
    if (*number > (__LONG_LONG_MAX__ - 9) / 10) return 0;
    *number = *number * 10 + (*text - '0');
  }
  if (is_negative) *number = -*number;
  return 1;
}

static const char *add(const char *message) {
  const char *quantity = tag(message, "Quantity");
  long long more = 1;
  if (*quantity && !read_number(quantity, &more)) return answer("Quantity is no whole number");
  if (__builtin_add_overflow(count, more, &count)) return answer("that is more than can be counted");
  Text line = {0};
  put_text(&line, "counted "), put_text(&line, text_of(count));
  print(line.text);
  send(field(message, "From"), "Count", text_of(count));
  return answer(0);
}

// The host calls this for every message; both arguments are addresses of JSON texts.
const char *handle(const char *message, const char *env) {
  (void)env;
  begin();
  const char *action = tag(message, "Action");
  if (is_same(action, "Add")) return add(message);
  if (is_same(action, "Get")) {
    print(text_of(count));
    send(field(message, "From"), "Count", text_of(count));
  }
  return answer(0);
}
