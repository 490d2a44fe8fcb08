/**
 * Who may import what, besides its own folder and what lies below it. The first row that matches wins, so exceptions
 * stand above the rule they break, each with its reason.
 *
 * A pattern that ends in `/` is a folder and all below it, `npm:x` also its subpaths; `*` stands for one name.
 */
const PURE = ['node/base/', 'node/contract/'];
const CORE = [...PURE, 'node/item/'];
/** A unit owns its tables, so it knows the interface of the store; the opened database comes to it through its ports. */
const UNIT = [...CORE, 'node/store/', 'node:crypto', 'npm:lru-cache', 'npm:zod'];
const WIRING = [...UNIT, 'node/host/', 'node/http/', 'node:*'];
/** A unit's public protocol: answers to HTTP, one line into a command each. */
const PUBLIC = [...UNIT, 'node/http/', 'npm:hono'];

export const IMPORT_TABLE = [
  // Tests lie beside the code and may reach across; fixtures are theirs.
  ['**.test.*', ['*']],
  ['**.fixture.*', ['*']],
  ['test/', ['*']],
  ['build/', ['node:*', 'npm:*']],

  // The path of a message.
  ['node/base/', []],
  ['node/contract/', ['node/base/', 'npm:zod']],
  // Keys lie in files that the user alone may read: one file of this folder knows the disk.
  ['node/item/wallet.ts', [...PURE, 'node:*', 'npm:zod', 'npm:write-file-atomic']],
  // Signing and hashing need node:crypto.
  ['node/item/', [...PURE, 'node:crypto', 'npm:@noble/curves', 'npm:@noble/hashes', 'npm:@scure/bip39', 'npm:@scure/bip32']],

  // A unit knows only its ports; open.ts wires them to what is real and main.ts makes that a process.
  // Which programs are Lua is told by the format of our own module.
  ['node/cu/open.ts', [...WIRING, 'node/lua/module.ts']],
  ['node/*/open.ts', WIRING],
  ['node/*/main.ts', WIRING],
  ['node/*/http.ts', PUBLIC],
  // GraphQL, ranges of bytes and proofs of chunks are part of what a gateway answers; long work lets others in between.
  ['node/gateway/', [...PUBLIC, 'npm:arweave', 'npm:graphql', 'npm:range-parser', 'node:timers/promises']],
  ['node/su/', UNIT],
  ['node/mu/', UNIT],
  // Machines are pure but for their own engine: they run in a worker and must be repeatable. They share what lies beside
  // them in vm/ and do not know each other.
  ['node/cu/vm/lua/', [...PURE, 'node/cu/vm/*.ts', 'node/lua/', 'node:crypto']],
  // The glue of a published module gets a realm of its own, with clocks of ours.
  ['node/cu/vm/aos/', [...PURE, 'node/cu/vm/', 'node:crypto', 'node:vm', 'node:v8']],
  // Where a call is added to code is told by its syntax.
  ['node/cu/vm/js/debug/instrument.ts', ['node/cu/vm/js/', 'npm:acorn']],
  ['node/cu/vm/js/debug/names.ts', ['npm:acorn']],
  ['node/cu/vm/js/', [...PURE, 'node/cu/vm/*.ts']],
  ['node/cu/vm/', PURE],
  [
    'node/cu/timeline/',
    [...UNIT, 'node/cu/cron.ts', 'node/cu/vm/machine.ts', 'node/cu/vm/pages.ts', 'node/cu/evaluator/protocol.ts', 'node:zlib'],
  ],
  // A program of its own: it reads its engine's file and knows no other unit.
  // And gives way to other threads where it is for slow processes.
  ['node/cu/evaluator/worker.ts', [...PURE, 'node/cu/', 'node:worker_threads', 'node:os', 'node:process']],
  // What a thread has used of the processor is a file on Linux.
  ['node/cu/evaluator/thread-time.ts', [...PURE, 'node:fs']],
  // Slow programs rest where there are few processors.
  ['node/cu/evaluator/rest.ts', ['node:os']],
  // What was let go is given back by V8, behind a flag of it.
  ['node/cu/evaluator/collect.ts', ['node:v8', 'node:vm']],
  // The machines' engines are files among the app's assets.
  ['node/cu/evaluator/machines.ts', [...PURE, 'node/cu/vm/', 'node:fs', 'node:path']],
  ['node/cu/evaluator/', [...PURE, 'node/cu/', 'node:worker_threads', 'npm:lru-cache']],
  // node:util takes the terminal colours out of a prompt.
  // How much memory stays loaded depends on how much the machine has.
  ['node/cu/cu.ts', [...UNIT, 'node:worker_threads', 'node:util', 'node:os']],
  ['node/cu/', [...UNIT, 'node:worker_threads', 'node:util']],
  // What a process can use, as data: the window shares it.
  ['node/lua/api/', []],
  ['node/lua/', [...PURE, 'node/item/', 'node:*']],

  // A unit elsewhere is asked over its public protocol. What a foreign CU answers is read and hashed as what ours answers.
  ['node/remote/serve.ts', [...PURE, 'node/remote/', 'node/host/']],
  ['node/remote/', [...UNIT, 'node/cu/outcome.ts', 'node/cu/vm/json-answer.ts', 'node:path', 'node:timers/promises']],

  ['node/store/', [...PURE, 'node:*', 'npm:libsql']],
  ['node/http/', [...CORE, 'npm:hono', 'npm:zod', 'node:crypto']],
  ['node/host/', [...PURE, 'node:*', 'npm:ws', 'npm:hono', 'npm:@hono/node-server']],
  // The format of a module is told by what its program imports and exports, which the machines read already.
  ['node/workspace/modules/format.ts', [...CORE, 'node/cu/vm/wasm-shape.ts']],
  // Compilers that the person has installed are programs of their own.
  ['node/workspace/modules/native/', [...CORE, 'node/compile/protocol.ts', 'node/workspace/modules/sources.ts', 'node:*', 'npm:zod']],
  // Compilers are asked in a thread of their own.
  ['node/workspace/modules/compiler-thread.ts', [...CORE, 'node/compile/protocol.ts', 'node:*']],
  ['node/workspace/modules/compilers.ts', [...CORE, 'node/compile/protocol.ts', 'node/workspace/', 'node:*', 'npm:lru-cache']],
  // What a file requires is told by the words of its text.
  ['node/workspace/bundle/requires.ts', ['npm:luaparse']],
  // Tests run in threads of their own; a journey is written down as one.
  ['node/workspace/tests.ts', [...CORE, 'node/tests/find.ts', 'node/tests/from-journey.ts', 'node/tests/run-tests.ts', 'node:*']],
  // Networks of others are looked at by way of their own folder.
  ['node/workspace/deploy/', [...CORE, 'node/workspace/', 'node/deploy/', 'node:*', 'npm:diff', 'npm:@humanwhocodes/momoa']],
  [
    'node/workspace/',
    [
      ...CORE,
      'node/lua/',
      'node:*',
      'npm:chokidar',
      'npm:env-paths',
      'npm:write-file-atomic',
      'npm:@humanwhocodes/momoa',
      'npm:isomorphic-git',
      'npm:re2js',
      'npm:zod',
    ],
  ],
  // A thread of its own that knows no project: it gets texts and gives programs. How a module is laid out it knows from the machines.
  ['node/compile/', [...PURE, 'node/cu/vm/wasm-shape.ts', 'node:worker_threads', 'npm:assemblyscript', 'npm:wabt']],
  // A test file's own Lua runs in the machine that runs processes.
  ['node/tests/lua-file.ts', [...PURE, 'node/cu/vm/lua/host.ts', 'node/cu/vm/*.ts', 'npm:zod']],
  // Which lines of a file could run is told by its syntax.
  ['node/tests/code-lines.ts', ['npm:luaparse']],
  // A whole node for each file of tests, and the project's side of it.
  ['node/tests/', [...CORE, 'node/local.ts', 'node/workspace/', 'node:*', 'npm:zod']],
  // Others look on: facts and questions over a socket of their own.
  ['node/feed/', [...PURE, 'node/host/', 'npm:ws', 'npm:zod', 'npm:write-file-atomic', 'node:*']],
  // Networks of others, asked over HTTP alone.
  ['node/deploy/', [...CORE, 'npm:zod']],
  // What both shells do before they differ.
  ['node/app/', [...CORE, 'node/feed/', 'node/host/', 'node/remote/', 'node/workspace/', 'node:*']],
  // The served shell: the same rooms as electron/, for a browser.
  [
    'node/serve/',
    [
      ...CORE,
      'node/app/',
      'node/host/',
      'node/workspace/',
      'node:*',
      'npm:ws',
      'npm:hono',
      'npm:@hono/node-server',
      'npm:open',
      'npm:zod',
      'npm:write-file-atomic',
    ],
  ],
  // The Debug Adapter Protocol over the commands of any node: it knows none of the units.
  ['node/debug-adapter/', [...PURE, 'npm:@vscode/debugadapter', 'npm:@vscode/debugprotocol', 'npm:zod', 'node:*']],
  // What only looks at a history opens the units in its own process.
  ['node/cli/units-here.ts', [...PURE, 'node/*/open.ts', 'node/host/', 'node:path']],
  [
    'node/cli/',
    [
      ...CORE,
      'node/app/',
      'node/debug-adapter/',
      'node/deploy/',
      'node/tests/',
      'node/feed/',
      'node/host/',
      'node/workspace/',
      'node/serve/',
      'npm:write-file-atomic',
      'node:*',
    ],
  ],
  // The node as a library: what people import as aoscope/node.
  ['node/embed/', [...CORE, 'node/local.ts', 'node/lua/module.ts', 'node/workspace/signing.ts', 'node:*']],
  // A whole node in one process, for tests.
  ['node/local.ts', ['node/', 'node:*']],

  [
    'electron/',
    [
      ...CORE,
      'node/app/',
      'node/host/',
      'node/workspace/',
      'npm:electron',
      'npm:electron-updater',
      'npm:zod',
      'npm:write-file-atomic',
      'node:*',
    ],
  ],

  ['renderer/model/', PURE],
  // The theme follows the person's choice.
  ['renderer/theme/', ['renderer/stores/']],
  // What floats over the panels is put beside all of them.
  [
    'renderer/widgets/',
    [
      ...PURE,
      'renderer/theme/',
      'npm:react',
      'npm:react-dom',
      'npm:anser',
      'npm:react-aria-components',
      'npm:lucide-react',
      'npm:@tanstack/react-virtual',
    ],
  ],
  ['renderer/link/', PURE],
  // Names the types of everything that a panel may reach; it is the one place that knows all of it.
  ['renderer/stores/app-context.ts', [...PURE, 'renderer/link/', 'renderer/commands/registry.ts', 'npm:react']],
  ['renderer/stores/', [...PURE, 'renderer/model/', 'renderer/link/', 'npm:zustand', 'npm:react']],
  // Understands Lua, in a worker of its own: it knows the table of the runtime and nothing of the window.
  [
    'renderer/language/',
    [
      'node/contract/lua-words.ts',
      'node/lua/api/',
      'npm:web-tree-sitter',
      'npm:@tree-sitter-grammars/tree-sitter-lua',
      'npm:@johnnymorganz/stylua',
      'npm:luaparse',
    ],
  ],
  // The only place that knows Monaco.
  [
    'renderer/editor/',
    [
      ...PURE,
      'renderer/model/',
      'renderer/stores/',
      'renderer/commands/',
      'renderer/theme/',
      'renderer/widgets/',
      'renderer/language/',
      'npm:@humanwhocodes/momoa',
      'npm:monaco-editor',
      'npm:monaco-vim',
      'npm:react',
      'npm:zustand',
    ],
  ],
  // What is said of keys on buttons is drawn anew when a person chooses others.
  ['renderer/commands/use-key-words.ts', ['renderer/stores/', 'npm:react']],
  ['renderer/commands/', [...PURE, 'renderer/model/', 'renderer/stores/', 'renderer/link/', 'npm:tinykeys']],
  // Runs in a worker of its own: it knows nothing of the window.
  ['renderer/panels/flow/map-layout.ts', ['npm:d3-force']],
  // The pages of help are Markdown.
  [
    'renderer/panels/help/',
    [...PURE, 'renderer/model/', 'renderer/stores/', 'renderer/widgets/', 'npm:react', 'npm:zustand', 'npm:lucide-react', 'npm:marked'],
  ],
  // The docs show the table of the runtime.
  [
    'renderer/panels/docs/',
    [
      ...PURE,
      'renderer/stores/',
      'renderer/commands/',
      'renderer/widgets/',
      'renderer/theme/',
      'node/lua/api/',
      'npm:react',
      'npm:zustand',
    ],
  ],
  [
    'renderer/panels/*/',
    [
      ...PURE,
      'renderer/model/',
      'renderer/stores/',
      'renderer/commands/',
      'renderer/widgets/',
      'renderer/theme/',
      'renderer/editor/',
      'npm:react',
      'npm:zustand',
      'npm:lucide-react',
      'npm:@tanstack/react-virtual',
      'npm:react-aria-components',
      'npm:cmdk',
    ],
  ],
  // The frame puts everything together.
  [
    'renderer/',
    [
      ...PURE,
      'renderer/',
      'npm:react',
      'npm:react-dom',
      'npm:dockview-react',
      'npm:zustand',
      'npm:lucide-react',
      'npm:cmdk',
      'npm:react-aria-components',
      'npm:@fontsource-variable/*',
    ],
  ],
];
