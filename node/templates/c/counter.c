// A process in C, without a standard library: it counts its messages and says how many there were.
//
// What the host asks of such a module: malloc, handle and, if it likes, free. The message, the environment and the answer are
// JSON texts that end with a NUL. This one does not read the message; a text of "error" in it makes it answer with an error.

typedef __SIZE_TYPE__ size_t;

static unsigned count;

// What malloc gives away begins behind the program's own data, which the linker knows.
extern unsigned char __heap_base;
static unsigned char *heap = &__heap_base;

void *malloc(size_t bytes) {
  unsigned char *at = heap;
  heap += (bytes + 7) & ~(size_t)7;
  while ((size_t)heap > (size_t)__builtin_wasm_memory_size(0) * 65536)
    if (__builtin_wasm_memory_grow(0, 1) == (size_t)-1) return 0;
  return at;
}

// The message and the environment are given back together, the last thing of a call.
void free(void *at) {
  if ((unsigned char *)at < heap) heap = at;
}

static int holds(const char *text, const char *word) {
  for (; *text; text++) {
    int i = 0;
    while (word[i] && text[i] == word[i]) i++;
    if (!word[i]) return 1;
  }
  return 0;
}

static char answer[256];

static char *append(char *to, const char *text) {
  while (*text) *to++ = *text++;
  *to = 0;
  return to;
}

static char *append_number(char *to, unsigned number) {
  char digits[11];
  int at = 10;
  digits[at] = 0;
  do digits[--at] = '0' + number % 10;
  while ((number /= 10));
  return append(to, digits + at);
}

const char *handle(const char *message, const char *env) {
  (void)env;
  if (holds(message, "\"error\"")) return "{\"ok\":true,\"response\":{\"Error\":\"asked to fail\"}}";
  char *to = append(answer, "{\"ok\":true,\"response\":{\"Output\":{\"data\":\"counted ");
  to = append_number(to, ++count);
  append(to, "\"},\"Messages\":[],\"Spawns\":[],\"Assignments\":[]}}");
  return answer;
}
