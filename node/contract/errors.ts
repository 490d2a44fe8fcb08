/**
 * Every error a person can meet: whose fault it is, one sentence, and what to do about it.
 * `{blanks}` are filled from the error's details. Tests compare codes, not sentences.
 */
interface ErrorRow {
  readonly fault: 'user' | 'system';
  readonly sentence: string;
  readonly cure: string;
}

// A table reads best with a row on a line.
// prettier-ignore
const rows = {
  // items
  ITEM_TRUNCATED: { fault: 'user', sentence: 'The data item ends before its {part}.', cure: 'Send the whole item; it was probably cut off on the way.' },
  ITEM_UNSIGNED: { fault: 'user', sentence: 'The data item carries no signature.', cure: 'Sign the item with a wallet before sending it.' },
  ITEM_BAD_SIGNATURE: { fault: 'user', sentence: 'The signature of the data item does not belong to its content.', cure: 'Sign the item again and do not change it afterwards.' },
  ITEM_MALFORMED: { fault: 'user', sentence: 'This is not an ANS-104 data item: {reason}.', cure: 'Build items with arbundles or aoconnect and send their raw bytes.' },
  ITEM_TOO_LARGE: { fault: 'user', sentence: 'The data item has {bytes} bytes; at most {limit} are taken.', cure: 'Upload large data to the gateway and send its id instead.' },
  ITEM_TAGS_TOO_LARGE: { fault: 'user', sentence: 'The tags take {bytes} bytes; ANS-104 allows 4096.', cure: 'Move long values from the tags into the data.' },
  ITEM_NO_PROTOCOL: { fault: 'user', sentence: 'The item has no tag Data-Protocol=ao.', cure: 'Add the tag Data-Protocol with the value ao.' },
  ITEM_BAD_TYPE: { fault: 'user', sentence: 'The item is neither a Message nor a Process.', cure: 'Add a Type tag with the value Message or Process.' },
  ITEM_NOT_FOUND: { fault: 'user', sentence: 'No item {id} is known to this node.', cure: 'Check the id, or upload the item first.' },
  READ_THROUGH: { fault: 'user', sentence: '{id} could not be had from {url}: {reason}.', cure: 'Check "network.readThrough" in aoscope.json and the connection; it is asked again in half a minute.' },
  BUNDLE_BROKEN: { fault: 'user', sentence: 'The bundle cannot be unpacked: {reason}.', cure: 'Build the bundle again; every item in it must be signed and whole.' },
  TX_MALFORMED: { fault: 'user', sentence: 'This is not an Arweave transaction of format 2: {reason}.', cure: 'Build, sign and post it with arweave-js, which makes format 2.' },
  TX_BAD_SIGNATURE: { fault: 'user', sentence: 'The signature of the transaction does not belong to its content.', cure: 'Sign the transaction again and do not change it afterwards.' },
  TX_DATA_ROOT: { fault: 'user', sentence: 'The data root of the transaction does not belong to its data.', cure: 'Build the transaction again from its data, then sign it.' },
  TX_TOO_LARGE: { fault: 'user', sentence: 'The transaction carries {bytes} bytes; at most {limit} are taken.', cure: 'Send less data in one transaction.' },
  TX_FEE_LOW: { fault: 'user', sentence: 'The reward of {reward} winston is below the price of {price}.', cure: 'Ask /price/{bytes} before signing, as arweave-js does.' },
  TX_UNPAID: { fault: 'user', sentence: 'The wallet {address} holds {balance} winston; this transaction takes {needed}.', cure: 'Ask /mint/{address}/{needed} for more: the coins of this node are worth nothing.' },
  CHUNK_REFUSED: { fault: 'user', sentence: 'The chunk is refused ({answer}): {reason}.', cure: 'Post the signed transaction first, then its chunks with the proofs that arweave-js makes.' },
  UPLOAD_UNKNOWN: { fault: 'user', sentence: 'No upload {id} is under way.', cure: 'Begin it again: an upload in parts ends when it is complete or when many newer ones have begun.' },
  PATH_UNKNOWN: { fault: 'user', sentence: 'Under {id} there is nothing at "{path}".', cure: 'Check the path against the manifest: /raw/{id} shows it.' },
  // scheduler
  PROCESS_UNKNOWN: { fault: 'user', sentence: 'No process {process} runs on this node.', cure: 'Spawn it here first, or pick one from the list of processes.' },
  MESSAGE_UNKNOWN: { fault: 'user', sentence: 'Process {process} has no message {message}.', cure: 'Check the message id and the process id.' },
  MESSAGE_DUPLICATE: { fault: 'user', sentence: 'Message {message} already stands in slot {slot} of {process}.', cure: 'Nothing to do: it was accepted before. To send the same content again, sign a new item.' },
  SPAWN_NO_MODULE: { fault: 'user', sentence: 'The process item names no module.', cure: 'Add a Module tag with the id of a module.' },
  SPAWN_NO_SCHEDULER: { fault: 'user', sentence: 'The process item names no scheduler.', cure: 'Add a Scheduler tag with the address that this node shows.' },
  TAG_LINK_REFUSED: { fault: 'user', sentence: 'A tag ends in "+link", which the scheduler refuses.', cure: 'Rename the tag.' },
  ASSIGN_UNSETTLED: { fault: 'user', sentence: 'Transaction {id} has {confirmations} confirmations; {process} takes it from {depth} on.', cure: 'Wait, or mine blocks with /mine/{depth}, or spawn the process with a smaller Settlement-Depth.' },
  ASSIGN_NOT_BASE_LAYER: { fault: 'user', sentence: '{id} is a data item and no transaction of the base layer.', cure: 'Assign it without base-layer.' },
  SLOT_UNKNOWN: { fault: 'user', sentence: 'Process {process} has no slot {slot} yet.', cure: 'Choose a slot that the time bar shows.' },
  TICK_UNKNOWN: { fault: 'user', sentence: 'Before slot {slot} of {process} no cron message {tick} was run.', cure: 'Choose one that the timeline shows; they are counted from 0 within their slot.' },
  CLOCK_BACKWARDS: { fault: 'user', sentence: 'It is {now} on this node; time cannot go back to {to}.', cure: 'Choose a later time, or start a new project with its clock set to the earlier one.' },
  CLOCK_AHEAD: { fault: 'user', sentence: 'It is {now} on this node, ahead of the computer: following the computer would go back.', cure: 'Run it at a rate of 1, or start a new project.' },
  CLOCK_RATE: { fault: 'user', sentence: 'The clock cannot run {rate} times as fast.', cure: 'Give a rate from 0.1 to 10,000.' },
  CLOCK_TEXT: { fault: 'user', sentence: '"{text}" is no time and no rate.', cure: 'Write a time as 2030-01-31T12:00:00Z, a rate as 60x, or paused.' },
  CLOCK_NO_CRON: { fault: 'user', sentence: 'No process has a cron that will come due.', cure: 'Spawn one with a Cron-Interval tag, or step by seconds or a block.' },
  // compute
  MODULE_UNKNOWN: { fault: 'user', sentence: 'Module {module} is not on this node.', cure: 'Upload the module, or name one that the node has in the Module tag.' },
  MODULE_NAME_UNKNOWN: { fault: 'user', sentence: 'There is no module {name} here.', cure: 'Write lua, an id, a name from the list of modules, or the path of a .wasm, .wat, .ts or .js file of the project.' },
  MODULE_ABSENT: { fault: 'user', sentence: 'The module {name} is not on this computer, so nothing was spawned.', cure: 'Open Modules, fetch it from a gateway or add its file, and run again.' },
  MODULE_FILE_INVALID: { fault: 'user', sentence: '{file} is no module that runs here: {reason}.', cure: 'Choose a .wasm file of an ao module, a .wat file or AssemblyScript (.ts); the documentation lists what they export.' },
  COMPILE_FAILED: { fault: 'user', sentence: '{file}:{line}:{column} does not compile: {reason}', cure: 'Mend that place; where there are more, the editor marks them all.' },
  TOOLCHAIN_MISSING: { fault: 'user', sentence: '{file} is built with {tool}, which was not found on this computer.', cure: '{cure}; it is looked for on the PATH of aoscope, and where installers usually put it.' },
  BUILD_NOT_TRUSTED: { fault: 'user', sentence: '{file} is built by a compiler of this computer, which may run programs of {folder} and read any file of yours; nobody has allowed that.', cure: 'Look at what the folder holds. If you trust it, run the project in the window and answer yes, or add --trust-build on the command line.' },
  COMPILE_TIME: { fault: 'user', sentence: 'Compiling {file} did not end within {seconds} s.', cure: 'Look for types or macros that call for themselves without an end; make the program smaller where it is just large.' },
  SOURCES_TOO_LARGE: { fault: 'user', sentence: '{file} makes its program more than can be compiled: {limit} bytes are taken of a file, {total} of all together.', cure: 'Take out what does not belong to the program, or put large data into messages.' },
  LOADER_REFUSES: { fault: 'user', sentence: '{file} cannot run on the network: {reason}.', cure: 'Change what is named; the help page “WebAssembly” says what a module for the network may do.' },
  MODULE_OFFLINE: { fault: 'user', sentence: 'The gateway {gateway} does not answer: {reason}.', cure: 'Check the network and the address of the gateway; where there is no network, add the module from a file.' },
  MODULE_NOT_THERE: { fault: 'user', sentence: 'The gateway {gateway} has no module {module}: {reason}.', cure: 'Check the id, or ask another gateway.' },
  MODULE_FORGED: { fault: 'user', sentence: 'What {gateway} gave as {module} is refused: {reason}.', cure: 'Ask another gateway; nothing of it was kept.' },
  MODULE_NOT_KNOWN: { fault: 'user', sentence: 'No well-known module has this content (SHA-256 {sha256}).', cure: 'Add the file as a new module: it is signed by the development wallet then.' },
  MODULE_FORMAT_UNKNOWN: { fault: 'user', sentence: 'Module {module} has the format {format}, which no machine here runs.', cure: 'Use a module whose format is listed in the documentation.' },
  MACHINE_BROKEN: { fault: 'user', sentence: 'The machine in {file} cannot be used: {reason}.', cure: 'Export `machines`, a list of objects with formats and create; node/cu/vm/README.md shows one.' },
  MODULE_BROKEN: { fault: 'user', sentence: 'Module {module} does not start: {reason}.', cure: 'Build the module again and check it with a fresh process.' },
  MODULE_MEMORY: { fault: 'user', sentence: 'Module {module} needs {bytes} bytes of memory to start; {limit} are allowed.', cure: 'Give the process a larger Memory-Limit; the most is limits.memoryBytes in aoscope.json.' },
  LIMIT_DECLINED: { fault: 'user', sentence: 'Process {process} asks for a {name} of {declared}; this node gives at most {limit}.', cure: 'Spawn it with a smaller {name} tag. Memory: limits.memoryBytes in aoscope.json, as far as this machine has it.' },
  MODULE_MEMORY_WIDE: { fault: 'system', sentence: 'Module {module} has 64-bit memory, which this version of Node does not run.', cure: 'Use Node 20.19 or newer, or a 32-bit module.' },
  MODULE_ENCODING: { fault: 'user', sentence: 'Module {module} takes or gives {encoding}; this node speaks JSON-1.', cure: 'Use a module with Input-Encoding and Output-Encoding JSON-1.' },
  EXTENSION_MISSING: { fault: 'user', sentence: 'Process {process} asks for {extension}, which this node does not have.', cure: 'Spawn it without the extension; for On-Boot, put the code into the data and write On-Boot=Data.' },
  DRIVE_WAITS: { fault: 'system', sentence: 'Process {process} waits for {path}.', cure: 'It is brought from the gateway and the slot is run again; look at the status of the gateway where that takes long.' },
  STATE_UNREADABLE: { fault: 'user', sentence: 'The state of module {module} cannot be read: {reason}.', cure: 'Send the process an Eval that prints what you look for, or use a newer module.' },
  CRON_INVALID: { fault: 'user', sentence: 'The cron tags of the process cannot be used: {reason}.', cure: 'Write Cron-Interval as 10-seconds, 5-minutes or 2-blocks, then its Cron-Tag-… tags, and spawn again.' },
  CRON_ERROR: { fault: 'user', sentence: 'Cron message {cron} of {process} ended in an error: {reason}', cure: 'The state is that of before it; mend the handler that it wakes.' },
  CRON_BACKLOG: { fault: 'user', sentence: '{ticks} cron messages of {process} were due at once; the oldest {skipped} were left out.', cure: 'Use a longer Cron-Interval, or keep the app open.' },
  EVALUATION_STOPPED: { fault: 'user', sentence: 'Slot {slot} was stopped by a person.', cure: 'Change the code and send the message again; the state is that of before it.' },
  EVALUATION_GAS: { fault: 'user', sentence: 'Slot {slot} ran {limit} instructions, its limit, and was stopped.', cure: 'Look for a loop without an end, or raise limits.gas in aoscope.json.' },
  EVALUATION_MEMORY: { fault: 'user', sentence: 'Slot {slot} asked for more than {limit} bytes of memory.', cure: 'Keep less in memory, or spawn the process with a larger Memory-Limit, up to limits.memoryBytes in aoscope.json.' },
  TRACE_TIME: { fault: 'user', sentence: 'Slot {slot} did not end within {limit} ms while it was watched, so there is no recording of it.', cure: 'Most likely it has more steps than can be written down in that time, or it is inside one call that nobody can watch. Raise limits.timeMs in aoscope.json where it only needs longer.' },
  EVALUATION_TIME: { fault: 'user', sentence: 'Slot {slot} ran {limit} ms, its limit, and was stopped.', cure: 'Look for slow string patterns or loops, or raise limits.timeMs in aoscope.json.' },
  PROCESS_PAUSED: { fault: 'system', sentence: 'Process {process} stands still at slot {slot}: {reason}', cure: 'Let it go on with the error, or run the slot again (cu.resume).' },
  PROCESS_NOT_PAUSED: { fault: 'user', sentence: 'Process {process} does not wait for anybody.', cure: 'Nothing to do: it goes on by itself.' },
  EVALUATOR_DIED: { fault: 'system', sentence: 'The evaluator of {process} ended unexpectedly: {reason}.', cure: 'Send the message again; the process is rebuilt from its log.' },
  SLOT_ERROR: { fault: 'user', sentence: 'Slot {slot} of {process} ended in an error: {reason}', cure: 'The state is that of before the message; mend the code and send it again.' },
  OUTCOME_TOO_LARGE: { fault: 'user', sentence: 'Slot {slot} sends and prints more than {limit} characters, and was undone.', cure: 'Send large data in several messages, or upload it and send its id.' },
  BOOT_ERROR: { fault: 'user', sentence: '{process} ended in an error at its very first slot: {reason}', cure: 'Without that slot it has no owner and takes no code from you: mend the file and spawn it again.' },
  KEYFRAME_DAMAGED: { fault: 'system', sentence: 'The memory of {process} kept at slot {slot} is damaged.', cure: 'Nothing to do: it is computed again from the log. If it happens often, check the disk.' },
  REPLAY_DIFFERS: { fault: 'system', sentence: 'Replaying slot {slot} of {process} gave another result than before.', cure: 'Report this with the project: a replay must never differ.' },
  FUNCTION_NAME: { fault: 'user', sentence: 'No function is called {name}.', cure: 'Write a name such as credit or Ledger.credit: letters, digits and _, without brackets.' },
  SOURCE_UNKNOWN: { fault: 'user', sentence: 'No text named {chunk} that fits was evaluated up to slot {slot}.', cure: 'It may be part of the module, or made by the program itself with load(); for code of an Eval ask at a slot after it.' },
  TRACE_UNSUPPORTED: { fault: 'user', sentence: 'Module {module} cannot be watched line by line.', cure: 'Use an aos module of format 3 or newer, or the Lua module; state and outcomes of every slot are there for all.' },
  BRANCH_UNKNOWN: { fault: 'user', sentence: 'There is no branch {branch}.', cure: 'Choose one from the list of branches; it may have been thrown away.' },
  BRANCH_PROCESS: { fault: 'user', sentence: 'Process {process} is as on the main line in branch {branch}.', cure: 'Look at it on the main line, or run the branch further: others join when something new reaches them.' },
  BRANCH_INVALID: { fault: 'user', sentence: 'This branch cannot be made: {reason}.', cure: 'Say what is to be different: a message edited, left out, moved, repeated or put in, the clock, or the module.' },
  STEP_UNKNOWN: { fault: 'user', sentence: 'Slot {slot} ends before step {step}.', cure: 'Choose a step that its recording shows.' },
  LOG_BROKEN: { fault: 'system', sentence: 'The log of {process} does not fit together at slot {slot}.', cure: 'Stop the node and run “aoscope rebuild” on the project, which brings its logs back from the gateway; the log was changed outside the app.' },
  REBUILD_EMPTY: { fault: 'user', sentence: 'The gateway of {path} holds nothing that this installation\'s scheduler uploaded.', cure: 'Everything is as it was. Use --data with the folder of the wallets that the project was made with.' },
  LOG_GAP: { fault: 'system', sentence: 'The log of {process} cannot be brought back from slot {slot} on: {reason}.', cure: 'Everything before that slot is there. Bring the missing items to the gateway and rebuild again.' },
  TEST_PROCESS_UNKNOWN: { fault: 'user', sentence: 'aoscope.json has no process "{name}"; it has {known}.', cure: 'Spawn one of those, or give spawn a table with source or code.' },
  TEST_STATE: { fault: 'user', sentence: 'What {expression} is could not be told: {reason}', cure: 'It is evaluated in the process, as an Eval of its owner would be.' },
  TEST_NO_JOURNEY: { fault: 'user', sentence: 'Nothing that a person sent began this.', cure: 'Choose a message that came of one from outside; what spawns began is tested with spawn.' },
  TEST_FROM_CRON: { fault: 'user', sentence: 'What crons brought about cannot be written as a test: {reason}.', cure: 'Write that test by hand: spawn the process, monitor(it), clock.tick(), and expect what ticked(…), awaits(…) or state(…) give.' },
  CRON_NONE: { fault: 'user', sentence: '{process} has had no such cron message.', cure: 'Move the clock first: clock.tick() goes to the next one.' },
  TEST_NONE: { fault: 'user', sentence: 'No tests were found in {path}.', cure: 'Tests stand in files that end in .test.lua; with a pattern, their names hold that text.' },
  RECORDING_READ_ONLY: { fault: 'user', sentence: 'This is a recording: its history is looked at and branched from, never gone on with.', cure: 'Send and spawn in a project of your own.' },
  RECORDING_FOREIGN: { fault: 'user', sentence: '{path} is no recording of aoscope.', cure: 'Name a project folder, or a file that aoscope export wrote.' },
  RECORDING_TOO_NEW: { fault: 'user', sentence: '{path} has version {version} of the format, this app knows up to {known}.', cure: 'Update aoscope.' },
  RECORDING_DAMAGED: { fault: 'user', sentence: 'The recording {path} is damaged: {reason}.', cure: 'Copy the file again from where it was made, or export it anew.' },
  RECORDING_IMPOSSIBLE: { fault: 'user', sentence: '{process} cannot be put into a recording: {reason}.', cure: 'Name the other processes of the project; this one stays where it is.' },
  RECORDING_REDACTED: { fault: 'user', sentence: 'What slot {slot} of {process} was sent has been taken out of this recording: nothing from there on can be run again.', cure: 'What was recorded of it can be looked at. Ask whoever made the recording for one that is whole.' },
  REDACTION_IMPOSSIBLE: { fault: 'user', sentence: 'This cannot be taken out: {reason}.', cure: 'Take out something else, or leave the process out of the recording.' },
  NOTES_BROKEN: { fault: 'user', sentence: '{path} cannot be read: {reason}.', cure: 'Mend the file or delete it; nothing is written over it until then.' },
  STATE_PATH_UNKNOWN: { fault: 'user', sentence: 'There is nothing at {path} in that slot.', cure: 'Open the state again from its root.' },
  // messenger
  PUSH_UNSIGNABLE: { fault: 'user', sentence: 'Outbox message {index} cannot be sent: {reason}.', cure: 'Give the message a Target and only text in its tags.' },
  TAG_NOT_TEXT: { fault: 'user', sentence: 'Outbox entry {index} was not sent: its tag "{tag}" is the {type} {value}, and a tag is text.', cure: 'Write {tag} = {write} where it is sent. The network drops such a message without a word.' },
  PUSH_TARGET_WALLET: { fault: 'user', sentence: 'The target {target} is no process here, so the message went to the gateway only.', cure: 'Nothing to do if it is a wallet; otherwise check the target.' },
  PUSH_FAILED: { fault: 'system', sentence: 'Outbox entry {index} could not be delivered: {reason}.', cure: 'See the reason; the entry is not tried again.' },
  PUSH_WAITS: { fault: 'system', sentence: 'What comes of message {message} cannot be pushed now: {reason}', cure: 'It is tried again when the messenger starts the next time; see the reason.' },
  HOP_LIMIT: { fault: 'user', sentence: 'This journey was held after {hops} hops: its processes keep answering each other.', cure: 'Press Continue to let it run on, or change the code that answers.' },
  FAN_OUT_LIMIT: { fault: 'user', sentence: 'This journey was held after {pushed} messages: each sends several, or one sends very many.', cure: 'Press Continue to let it run on, End to drop the rest, or change the code that sends.' },
  JOURNEY_NOT_HELD: { fault: 'user', sentence: 'The journey {journey} is not being held.', cure: 'Nothing to do: it has ended or already goes on.' },
  JOURNEY_ENDED: { fault: 'user', sentence: 'It was not delivered: a person ended its journey.', cure: 'Send the first message anew, as a new item, to run the journey again.' },
  DELIVERY_UNKNOWN: { fault: 'user', sentence: 'Delivery {id} does not wait.', cure: 'Nothing to do: it was delivered meanwhile, or the node goes on by itself.' },
  NOTHING_WAITS: { fault: 'user', sentence: 'Nothing waits to be delivered.', cure: 'Send a message: what it causes stands in Deliveries while the node is paused.' },
  MONITOR_EXISTS: { fault: 'user', sentence: 'Process {process} is being monitored already.', cure: 'Nothing to do: what its cron messages send is pushed.' },
  MONITORS_FULL: { fault: 'user', sentence: 'This node monitors {limit} processes already.', cure: 'End a monitor that is not needed any more.' },
  MONITOR_UNKNOWN: { fault: 'user', sentence: 'Process {process} is not being monitored.', cure: 'Nothing to do: what its cron messages send is not pushed.' },
  // hints: no errors, and yet not what somebody meant
  MESSAGE_UNTRUSTED: { fault: 'user', sentence: '{process} ignored this message: it says to come from {from} and is signed by {owner}, whom {process} does not trust.', cure: 'Spawn it with the tag Authority={owner}, or let its owner evaluate table.insert(ao.authorities, "{owner}").' },
  ASSIGNMENT_UNTRUSTED: { fault: 'user', sentence: '{process} ignored this assignment: it takes none that it has not been told to take.', cure: 'Let it with ao.addAssignable in its code.' },
  MESSAGE_UNMATCHED: { fault: 'user', sentence: 'No handler of {process} took {what}: it went to the Inbox.', cure: 'Its Handlers tab shows which handler came closest and why it did not match; actions are compared to the letter.' },
  AUTHORITY_MISSING: { fault: 'user', sentence: '{process} trusts no messenger of this node: what other processes send it will be ignored.', cure: 'Spawn it with the tag Authority={messenger}.' },
  MESSAGE_AGAIN: { fault: 'user', sentence: 'This message was sent again with the same id and was not taken a second time.', cure: 'Nothing to do where a client repeats itself. To send the same content again, sign a new item: another anchor gives another id.' },
  TIME_SECONDS: { fault: 'user', sentence: 'The tag {tag} = {value} looks like seconds; times in ao are milliseconds, a thousand times as many.', cure: 'Send {ms}, or compare it with msg.Timestamp // 1000.' },
  TIME_HIDDEN: { fault: 'user', sentence: 'A tag Timestamp = {value} hides the time of the message from {process}: aos puts tags over the fields of a message, and it is text then.', cure: 'Give the tag another name.' },
  TIME_BACK: { fault: 'user', sentence: 'Time goes back for {process} in slot {slot}: a tag Timestamp = {value} hides the time of the message and is earlier than the message before.', cure: 'Give the tag another name; the scheduler\'s own times always rise.' },
  // workspace
  PROJECT_MISSING: { fault: 'user', sentence: 'There is no folder {path}.', cure: 'Open another folder, or create this one.' },
  PROJECT_NOT_A_FOLDER: { fault: 'user', sentence: '{path} is not a folder.', cure: 'Open the folder that holds it.' },
  PROJECT_READ_ONLY: { fault: 'user', sentence: 'The folder {path} cannot be written to.', cure: 'Allow writing, or open a copy of it elsewhere.' },
  PROJECT_IN_USE: { fault: 'user', sentence: 'Another aoscope has {path} open.', cure: 'Go to that window, or close it first.' },
  MANIFEST_BROKEN: { fault: 'user', sentence: 'aoscope.json cannot be read: {reason}.', cure: 'Mend the file in the editor, or delete it and a new one is made.' },
  MANIFEST_TOO_NEW: { fault: 'user', sentence: 'aoscope.json has version {version}, this app knows up to {known}.', cure: 'Update aoscope.' },
  MANIFEST_EMPTY: { fault: 'user', sentence: 'aoscope.json names no process to run.', cure: 'Add one under "processes" with its name and source file, or spawn the open file from the editor.' },
  PROCESS_UNPLANNED: { fault: 'user', sentence: 'aoscope.json has no process "{name}"; it has {known}.', cure: 'Correct the name, or add it under "processes" with its source.' },
  BUNDLE_MISSING: { fault: 'user', sentence: '{file}:{line} requires "{name}", which is not there. Looked for: {places}.', cure: 'Create that file or correct the name. What the process has by itself is named in aoscope.json under "bundle": { "external": […] }.' },
  BUNDLE_CIRCLE: { fault: 'user', sentence: 'Files require each other in a circle, noticed at {file}:{line}: {circle}.', cure: 'Put what both need into a third file, or hand it over as an argument.' },
  FILE_MISSING: { fault: 'user', sentence: 'There is no file {path}.', cure: 'It was moved or deleted outside the app; look at the file tree.' },
  FILE_EXISTS: { fault: 'user', sentence: '{path} exists already.', cure: 'Choose another name.' },
  FILE_CHANGED_OUTSIDE: { fault: 'user', sentence: '{path} was changed outside the app since it was opened.', cure: 'Compare, then save again to overwrite or reload it.' },
  FILE_OUTSIDE_PROJECT: { fault: 'user', sentence: '{path} is outside the project folder.', cure: 'Only files of the open project can be touched.' },
  FILE_NAME_INVALID: { fault: 'user', sentence: '{path} is not a name that a file can have.', cure: 'Use letters, digits, spaces, dots, dashes and underscores; folders are parted by /.' },
  FILE_UNREADABLE: { fault: 'user', sentence: '{path} cannot be read or written: {reason}.', cure: 'Check the permissions of the file and the space on the disk.' },
  FILE_NOT_TEXT: { fault: 'user', sentence: '{path} is not a text file.', cure: 'Open it with a program made for it.' },
  DROP_FOREIGN: { fault: 'user', sentence: 'Nothing here takes {name}.', cure: 'Drop a recording (.aoscope), Lua files (.lua) or modules (.wasm). A folder is opened by Open folder….' },
  PATTERN_INVALID: { fault: 'user', sentence: '{pattern} is no regular expression: {reason}.', cure: 'Mend it, or switch the button for regular expressions off to look for the text as it stands.' },
  SAMPLE_UNKNOWN: { fault: 'user', sentence: 'There is no sample {sample}.', cure: 'Choose one from the welcome screen.' },
  TEMPLATE_UNKNOWN: { fault: 'user', sentence: 'There is no template {template}.', cure: 'Choose one from the list in New project….' },
  FOLDER_TAKEN: { fault: 'user', sentence: 'There is something in {path} already.', cure: 'Choose another name or another folder; to work on what is there, open that folder.' },
  NO_PROJECT: { fault: 'user', sentence: 'No project is open.', cure: 'Open a folder or a sample first.' },
  CONSOLE_COMMAND_UNKNOWN: { fault: 'user', sentence: 'The console has no command {command}.', cure: 'Type .help for those that it has; Lua never begins with a dot.' },
  CONSOLE_NEEDS_FILE: { fault: 'user', sentence: '{command} loads a Lua file of the project, and "{given}" is none.', cure: 'Write {command} with a path from the project folder, such as src/main.lua; Tab completes it.' },
  BLUEPRINT_MISSING: { fault: 'user', sentence: 'There is no blueprint {name} in this project.', cure: 'Put it into blueprints/{name}.lua; the aos terminal writes its own there with: aos --get-blueprints blueprints' },
  NO_FILE: { fault: 'user', sentence: 'No file is open in the editor.', cure: 'Open one from the file tree first.' },
  FORMAT_REFUSED: { fault: 'user', sentence: 'The file was not formatted: {reason}', cure: 'Mend what is marked in the text, then format again.' },
  NO_PROCESS: { fault: 'user', sentence: 'No process is in focus.', cure: 'Click one in the list of processes first.' },
  WALLET_TAKEN: { fault: 'user', sentence: 'There is a wallet {name} already.', cure: 'Choose another name, or send with the one that is there.' },
  WALLET_UNKNOWN: { fault: 'user', sentence: 'There is no wallet {name} here.', cure: 'Choose one from the list, or make it there.' },
  WALLET_UNREADABLE: { fault: 'user', sentence: 'The wallet file {path} cannot be used: {reason}.', cure: 'Restore the file. One that the app made itself can be moved away: a new wallet is made then.' },
  WALLET_PHRASE: { fault: 'user', sentence: '{path} holds a seed phrase, and a key of Arweave comes of it as well as one of Ethereum.', cure: 'Say whose wallet gave you the phrase: Arweave or Ethereum (at the terminal --arweave or --ethereum).' },
  WALLET_SYSTEM: { fault: 'user', sentence: 'The wallet {name} is kept by the key store of this system, which only the window of the app can open.', cure: 'Use it there; for the terminal export it there, and import it under a passphrase: aoscope wallet import.' },
  WALLET_SYSTEM_SHUT: { fault: 'user', sentence: 'The key store of this system does not open the wallet {name}: {reason}.', cure: 'Unlock the key store of your system and try again. On another computer, or as another user, only an export of the key helps.' },
  WALLET_SYSTEM_NONE: { fault: 'user', sentence: 'This system has no key store that would keep a key: {reason}.', cure: 'Keep it under a passphrase.' },
  WALLET_KEPT_BROKEN: { fault: 'user', sentence: 'The kept key {path} cannot be used: {reason}.', cure: 'Restore the file from a copy. Do not throw it away: without it, or an export of the key, what belongs to the wallet is lost.' },
  WALLET_BROWSER: { fault: 'user', sentence: 'The wallet of the browser did not sign: {reason}.', cure: 'Open the wallet in your browser, see that it is unlocked and allows this page to sign, and deploy again: what was signed before is not signed twice.' },
  WALLET_BROWSER_NONE: { fault: 'user', sentence: 'No wallet of Arweave answers on this page.', cure: 'Install one in this browser, such as Wander, allow it for this address, and load the page again. In the desktop app there are none: make or import a wallet.' },
  WALLET_TWICE: { fault: 'user', sentence: '{name} is the name of a kept wallet, and of a file here.', cure: 'Write ./{name} for the file, or run it from another folder for the wallet.' },
  WALLET_NAME: { fault: 'user', sentence: 'A wallet cannot be called {name}.', cure: 'Use letters, digits, - and _, at most 31 of them, beginning with a letter or a digit.' },
  WALLET_PASSPHRASE: { fault: 'user', sentence: 'That passphrase does not open the wallet {name}.', cure: 'Type it again. Nobody can bring it back: what is lost with it is only in a copy of the key that you made.' },
  WALLET_TYPED: { fault: 'user', sentence: 'The two passphrases for the wallet {name} differ.', cure: 'Begin again: nothing was kept.' },
  WALLET_WEAK: { fault: 'user', sentence: 'A passphrase of {length} characters can be guessed.', cure: 'Take at least {least}, best some words that do not belong together.' },
  WALLET_NONE: { fault: 'user', sentence: 'No wallet {name} is kept here, and there is no key file of that name.', cure: 'See aoscope wallet list, or give the path of the file.' },
  WALLET_LOCKED: { fault: 'user', sentence: 'The wallet {name} is locked.', cure: 'Unlock it with its passphrase.' },
  WALLET_INSIDE: { fault: 'user', sentence: 'A key does not belong into the folder of a project: {path}.', cure: 'Name a place outside of it, best on another disk.' },
  WALLET_UNASKED: { fault: 'user', sentence: 'The wallet {name} needs its passphrase, and there is nobody to ask.', cure: 'Run it at a terminal, or give the passphrase in the environment variable AOSCOPE_PASSPHRASE.' },
  // node and links
  PORTS_TAKEN: { fault: 'user', sentence: 'Port {port} is taken by another program.', cure: 'Close that program, or start without --port to take the next free block.' },
  UNIT_DOWN: { fault: 'system', sentence: 'The {unit} is not running.', cure: 'It is being restarted; if it stays down, look at its status and restart it there.' },
  UNIT_ENDED: { fault: 'system', sentence: 'The {unit} ended unexpectedly: {reason}.', cure: 'It is started again by itself; nothing it had acknowledged is lost.' },
  UNIT_GAVE_UP: { fault: 'system', sentence: 'The {unit} stopped {times} times and is not started again: {reason}.', cure: 'Press Restart in the status; if it happens again, report the reason shown.' },
  UNIT_FOREIGN: { fault: 'user', sentence: 'The {unit} at {url} cannot {what}.', cure: 'Only a unit of this app can: take its address out of "network.units" in aoscope.json.' },
  UNIT_UNREACHABLE: { fault: 'system', sentence: 'The {unit} at {url} does not answer: {reason}.', cure: 'Check its address in aoscope.json ("network.units", or "networks"), and that it runs; then try again.' },
  UNIT_REFUSED: { fault: 'user', sentence: 'The {unit} at {url} refused this: {reason}.', cure: 'The reason is that of the other unit; mend what it names.' },
  UNIT_FAILED: { fault: 'system', sentence: 'The {unit} at {url} failed: {reason}.', cure: 'The fault is on its side; try again later, or ask who runs it.' },
  UNIT_ANSWER_WRONG: { fault: 'system', sentence: 'The {unit} at {url} gave an answer that is none of the protocol: {reason}.', cure: 'Check in "network.units" of aoscope.json that a {unit} answers at this address.' },
  NETWORK_UNKNOWN: { fault: 'user', sentence: 'There is no network {name} here.', cure: 'Choose one of {names}, or describe it under "networks" in aoscope.json.' },
  NETWORK_SILENT: { fault: 'system', sentence: 'The {what} at {url} does not answer: {reason}.', cure: 'Check "{field}" in aoscope.json and your connection; if both are right, ask who runs it.' },
  NETWORK_REFUSED: { fault: 'system', sentence: 'The {what} at {url} answers with status {status}.', cure: 'Below 500 the address is most likely another one: check "{field}" in aoscope.json. From 500 on it is in trouble itself: try again later.' },
  NETWORK_OTHER: { fault: 'user', sentence: 'Something answers at {url}, but no {what}.', cure: 'Check "{field}" in aoscope.json: a proxy or another service stands at this address.' },
  NETWORK_CANNOT: { fault: 'user', sentence: 'Nothing is deployed to {name}: it is a HyperBEAM node. What aoconnect sends to one is known to the byte, but none could be tried, so nothing is signed for one.', cure: 'Name a network of kind "units"; for one of your own: aoscope node on another computer.' },
  DEPLOYMENTS_BROKEN: { fault: 'user', sentence: 'What was deployed cannot be read from {path}: {reason}.', cure: 'Bring the file back as it was (it belongs into your version control): without it everything would be spawned a second time.' },
  DEPLOY_OTHER_WALLET: { fault: 'user', sentence: 'The processes on {network} belong to {owner}, and the wallet is that of {address}.', cure: 'Deploy with the wallet that they were spawned with; to begin anew, give the network another name in aoscope.json.' },
  DEPLOY_OTHER_NETWORK: { fault: 'user', sentence: 'What was deployed to {network} is known to the scheduler at {before}, and aoscope.json names {now} now.', cure: 'Put the address back, or give the new network a name of its own.' },
  DEPLOY_MISSING: { fault: 'user', sentence: '{name} was deployed to {network} as {process}, and its scheduler does not know that process.', cure: 'Deploy again later: it may be behind. Where the process is gone for good, take {name} out of aoscope.deployments.json.' },
  DEPLOY_CHANGED: { fault: 'user', sentence: 'The files or the network have changed since the plan was shown. What the plan does not say was not signed.', cure: 'Deploy again, and look at the new plan.' },
  DEPLOY_REHEARSAL_FAILED: { fault: 'user', sentence: 'The rehearsal failed: {reason}. Nothing was sent.', cure: 'Mend what is named above and deploy again.' },
  HOME_HYPERBEAM: { fault: 'user', sentence: '{name} is a HyperBEAM node: the schedule that it shows has lost the form in which its lines were signed, so none of it could be checked.', cure: 'Name a network of kind "units", whose scheduler unit has the log of the process.' },
  HOME_GAP: { fault: 'user', sentence: 'Slot {slot} of {process} is not taken: {reason}.', cure: 'Everything before it is here and checked. Go on later, or ask another scheduler of that network.' },
  HOME_NONE: { fault: 'user', sentence: 'The open project was not brought home from a network.', cure: 'Bring a process home in the deploy view first.' },
  LOG_OWN: { fault: 'system', sentence: 'The log of {process} is written here, and takes no lines of another scheduler.', cure: 'Bring the process home from its network: it opens by itself, beside your project.' },
  HOME_NOTHING: { fault: 'user', sentence: 'Nothing of {process} could be brought home: {reason}.', cure: 'Ask another scheduler of that network, or try again later.' },
  DEPLOY_UNREHEARSED: { fault: 'user', sentence: 'This plan was not rehearsed. Nothing was sent.', cure: 'Rehearse it first; what was changed since the last rehearsal takes another one.' },
  DEPLOY_UNASKED: { fault: 'user', sentence: 'Nothing was sent: nobody here can be asked.', cure: 'Add --yes where a script deploys, or --dry-run to see the plan alone.' },
  DISK_FULL: { fault: 'system', sentence: 'There is no room left on the disk for {path}.', cure: 'Make room on the disk: the node then goes on by itself. Nothing that it had acknowledged is lost.' },
  STORE_BROKEN: { fault: 'system', sentence: 'The database {path} cannot be used: {reason}.', cure: 'Check the space on the disk and the permissions of the project folder, then press Restart in the status. If the file itself is broken, stop the node and run “aoscope rebuild” on the project: it brings the logs back from the gateway.' },
  PORT_CLOSED: { fault: 'system', sentence: 'The connection was lost before the answer came.', cure: 'It is opened again by itself; repeat the action then.' },
  NODE_GONE: { fault: 'system', sentence: 'The aoscope that has the project open has ended, or opened another one, before the answer came.', cure: 'Ask again: where it has ended, the command opens the project itself.' },
  TOO_MANY_PENDING: { fault: 'system', sentence: 'More than {limit} questions are open at once.', cure: 'Wait until some have been answered.' },
  DEBUG_ARGUMENTS: { fault: 'user', sentence: 'The debugger cannot do that: {reason}.', cure: 'Correct the request, or launch.json where it comes from there.' },
  DEBUG_NOT_LAUNCHED: { fault: 'user', sentence: 'The debug session has no project yet.', cure: 'Send launch or attach first.' },
  DEBUG_NOT_RUNNING: { fault: 'user', sentence: 'No app and no node runs on {path}.', cure: 'Open the project in the app or with “aoscope node”, or use "request": "launch", which opens its data by itself.' },
  DEBUG_NO_PROCESS: { fault: 'user', sentence: 'The project has no processes yet.', cure: 'Run it in the app or with “aoscope node --run”, then start the session again.' },
  DEBUG_NO_SLOT: { fault: 'user', sentence: '{process} has no slots yet.', cure: 'Wait until it has been spawned, then start the session again.' },
  DEBUG_EXPRESSION: { fault: 'user', sentence: '{reason}', cure: 'Correct the expression.' },
  FOCUS_LINK_WRONG: { fault: 'user', sentence: 'That is no link to a message or a slot.', cure: 'Copy one with “Copy a link to what is in focus”, or enter a slot.' },
  FOCUS_LINK_ELSEWHERE: { fault: 'user', sentence: 'The link leads to the process {process}, which is not in this project.', cure: 'Open the project or the recording that it was copied in, then paste the link again.' },
  FOCUS_LINK_SLOT: { fault: 'user', sentence: 'The link leads to slot {slot} of {process}, which has not come that far here.', cure: 'It may have been copied before the project was reset; look at its latest slot.' },
  FOCUS_LINK_MESSAGE: { fault: 'user', sentence: 'The link leads to the message {message}, which is not in this project.', cure: 'Open the project or the recording that it was copied in, then paste the link again.' },
  DATA_FOREIGN: { fault: 'user', sentence: '{path} is no folder of this app, so nothing in it is deleted.', cure: 'Name the one that aoscope data shows.' },
  DATA_IN_USE: { fault: 'user', sentence: 'The app is open on {path}.', cure: 'Close it first.' },
  DATA_UNASKED: { fault: 'user', sentence: 'There is nobody to ask whether all of it is to be deleted.', cure: 'Run it at a terminal, or add --yes.' },
  CANCELLED: { fault: 'user', sentence: 'Cancelled.', cure: 'Nothing to do.' },
  CONTRACT_MISMATCH: { fault: 'system', sentence: 'The window speaks version {theirs} and the node version {ours}.', cure: 'Reload the window.' },
  HOST_REFUSED: { fault: 'user', sentence: 'This node answers on 127.0.0.1 and localhost only, not as {host}.', cure: 'Use the address that the app shows.' },
  BODY_TOO_LARGE: { fault: 'user', sentence: 'The request has more than {limit} bytes.', cure: 'Send less at once.' },
  COMMAND_UNKNOWN: { fault: 'system', sentence: 'There is no command {command}.', cure: 'Reload the window.' },
  COMMAND_REFUSED: { fault: 'system', sentence: 'A window may not ask {command}.', cure: 'Use the app or its public HTTP routes.' },
  ARGUMENTS_INVALID: { fault: 'user', sentence: 'The arguments of {command} are wrong: {reason}.', cure: 'Check what was entered.' },
  ROUTE_UNKNOWN: { fault: 'user', sentence: 'There is no {route} here.', cure: 'Check the address and the port: each unit answers its own routes.' },
  TRACE_AMBIGUOUS: { fault: 'user', sentence: 'Only one of message, assign, or spawn query parameters can be provided', cure: 'Ask for one of the three; the process is always named beside it.' },
  ROUTE_NOT_OFFERED: { fault: 'user', sentence: 'This node does not offer {route}.', cure: '{instead}' },
  PARAMETER_INVALID: { fault: 'user', sentence: "'{name}': {reason}.", cure: 'Correct the request and send it again.' },
  ASSIGN_INCOMPLETE: { fault: 'user', sentence: 'You must set both process-id and assign to send an assignment, not just one', cure: 'Give both parameters, or none and a signed item as the body.' },
  INSTANCE_SILENT: { fault: 'system', sentence: 'Another aoscope (process {pid}) is running and does not answer.', cure: 'Close it, or end that process, and start again.' },
  BUILD_MISSING: { fault: 'user', sentence: 'The app is not built: there is no {path}.', cure: 'Start it with npm start, or build it with npm run build.' },
  OPTION_UNKNOWN: { fault: 'user', sentence: 'This cannot be understood: {reason}.', cure: 'Add --help to see what is offered.' },
  TOKEN_WRONG: { fault: 'user', sentence: 'This address lacks the token of the running app.', cure: 'Open the address that npm start printed.' },
  PANEL_BROKEN: { fault: 'system', sentence: '{panel} could not be drawn: {reason}.', cure: 'Show it again; if it stays, report it with these words. The node and the other panels go on.' },
  UNEXPECTED: { fault: 'system', sentence: 'Something unexpected happened: {reason}.', cure: 'Try again; if it stays, report it with these details.' },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export type ErrorCode = keyof typeof rows;
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** The table, for documentation and tests. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorRow>> = rows;

/** An error as it crosses a process: never a class, never with a whole context stuck to it. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly cure: string;
  readonly details: ErrorDetails;
}

/** The one error class of the core. `message` is the finished sentence. */
export class AoError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(fill(ERRORS[code].sentence, details));
    this.name = 'AoError';
    this.code = code;
    this.details = details;
  }

  /** What the person can do about it. */
  get cure(): string {
    return fill(ERRORS[this.code].cure, this.details);
  }
}

/** True when `raw` is a code of the table. */
export function isErrorCode(raw: string): raw is ErrorCode {
  return Object.hasOwn(rows, raw);
}

/** Any thrown value as it crosses a process; what is not an AoError becomes UNEXPECTED with its text. */
export function toWireError(error: unknown): WireError {
  const known = error instanceof AoError ? error : new AoError('UNEXPECTED', { reason: reasonOf(error) });
  return { code: known.code, message: known.message, cure: known.cure, details: known.details };
}

/** The text of any thrown value, in one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
}

/** Why a request over the network has failed: `fetch failed` says nothing, its cause does. Without a full stop. */
export function networkReason(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const told = cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : '') : '';
  return reasonOf(told === '' ? error : told).replace(/\.$/, '');
}

function fill(sentence: string, details: ErrorDetails): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (blank, name: string) => readable(details[name] ?? blank));
}

/** Large counts with their thousands apart; ports, slots and ids stay as they are. */
function readable(value: string | number): string {
  const text = String(value);
  return typeof value === 'number' && value >= 1_000_000 ? text.replaceAll(/\B(?=(\d{3})+$)/g, ',') : text;
}
