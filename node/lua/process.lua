-- ".process": evaluates one message from its arrival to the answer.
local createThread = ...
local text = require(".aoscope.text")
local trace = require(".aoscope.trace")
local chance = require(".chance")
local utils = require(".utils")

local process = { _version = "2.0.4" }
local INBOX_MAX = 10000

Colors = {
  red = "\27[31m",
  green = "\27[32m",
  blue = "\27[34m",
  reset = "\27[0m",
  gray = "\27[90m",
}
Bell = "\x07"
Utils = utils
Dump = require(".dump")
ao = require(".ao")
Handlers = require(".handlers")
Inbox = {}
Errors = {}
HANDLER_PRINT_LOGS = {}
Seeded = false

local ao, handlers = ao, Handlers
local concat, insert, remove = table.concat, table.insert, table.remove
local resume, status = coroutine.resume, coroutine.status
local type, ipairs, tostring = type, ipairs, tostring
local normalize = utils.normalize

-- Tags as a table by name; of several of one name the first counts.
function Tab(message)
  local byName = {}
  for _, tag in ipairs(message.Tags) do
    if byName[tag.name] == nil then byName[tag.name] = tag.value end
  end
  return byName
end

function Prompt()
  return Colors.green .. Name .. Colors.gray .. "@" .. Colors.blue .. "aos-" .. process._version .. Colors.gray
    .. "[Inbox:" .. Colors.red .. #Inbox .. Colors.gray .. "]" .. Colors.reset .. "> "
end

function Version() print("version: " .. process._version) end

local function printable(value)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "table" then
    local meta = getmetatable(value)
    if type(meta) == "table" and meta.__tostring then return tostring(value) end
    return require(".stringify").format(value)
  end
  if kind == "boolean" then return Colors.blue .. tostring(value) .. Colors.reset end
  if kind == "nil" then return Colors.red .. "nil" .. Colors.reset end
  if kind == "number" then return Colors.green .. tostring(value) .. Colors.reset end
  return tostring(value)
end

-- Prints into the output of the evaluation; several values with tabs between them.
function print(...)
  local count = select("#", ...)
  local line
  if count <= 1 then
    line = printable((...))
  else
    local parts = {}
    for i = 1, count do parts[i] = printable((select(i, ...))) end
    line = concat(parts, "\t")
  end
  insert(HANDLER_PRINT_LOGS, line)
end

function Send(message)
  if type(message) ~= "table" then error("msg should be a table", 2) end
  if not message.Target then
    print("WARN: No target specified for message. Data will be stored, but no process will receive it.")
  end
  local sent = ao.send(message)
  return { output = "Message added to outbox", receive = sent.receive, onReply = sent.onReply }
end

-- ([module,] message): the module is the process's own unless one is named.
function Spawn(...)
  local module, message = ao._module, ...
  if select("#", ...) >= 2 then module, message = ... end
  local spawned = ao.spawn(module, message or {})
  return { output = "Spawn process request added to outbox", receive = spawned.receive, onReply = spawned.onReply }
end

function Receive(pattern) return handlers.receive(pattern) end

function Assign(assignment)
  ao.assign(assignment)
  print("Assignment added to outbox.")
  return "Assignment added to outbox."
end

local function insertInbox(message)
  insert(Inbox, message)
  while #Inbox > INBOX_MAX do remove(Inbox, 1) end
end

local function firstTag(tags, name)
  for _, tag in ipairs(tags) do
    if tag.name == name then return tag.value end
  end
  return nil
end

local function sumOfBytes(words)
  local sum = 0
  for i = 1, #words do sum = sum + words:byte(i) end
  return sum
end

-- The seed comes from the first message, so everyone who replays the log draws the same numbers.
local function seed(message)
  local words = tostring(message.Owner) .. tostring(message.Module or ao._module) .. tostring(message.Id or "")
  local number = tonumber(tostring(message["Block-Height"]) .. sumOfBytes(words)) or 0
  chance.seed(number)
  math.random = function(low, high)
    if low == nil then return chance.random() end
    if high == nil then return chance.integer(1, low) end
    return chance.integer(low, high)
  end
  -- It seeds numbers that nobody draws, as on aos: `.chance` has a seed that counts.
  math.randomseed = function() end
  Seeded = true
end

local function initializeState(message, env)
  if not Seeded then seed(message) end
  Errors = Errors or {}
  Inbox = Inbox or {}
  if Owner == nil and env.Process.Id == message.Id then
    Owner = firstTag(env.Process.Tags, "From-Process") or message.From
  end
  if Name == nil then Name = firstTag(env.Process.Tags, "Name") or "aos" end
end

-- Tag names in title case, and tags as fields of the message: the last one of a name wins there.
local function normalizeMessage(message)
  for _, tag in ipairs(message.Tags) do tag.name = normalize(tag.name) end
  ao.normalize(message)
  message.TagArray = message.Tags
  message.Tags = Tab(message)
end

local function attach(message)
  function message.reply(answer)
    if type(answer) ~= "table" then error("msg.reply needs a table", 2) end
    answer.Target = message["Reply-To"] or answer.Target or message.From
    answer["X-Reference"] = message["X-Reference"] or message.Reference
    answer["X-Origin"] = message["X-Origin"]
    return ao.send(answer)
  end
  function message.forward(target, changes)
    local copy = ao.sanitize(message)
    copy.reply, copy.forward = nil, nil
    for key, value in pairs(changes or {}) do copy[key] = value end
    copy.Target = target
    copy["Reply-To"] = message["Reply-To"] or message.From
    copy["X-Reference"] = message["X-Reference"] or message.Reference
    copy["X-Origin"] = message["X-Origin"] or message.From
    return ao.send(copy)
  end
end

local runEval = require(".eval")(ao)
local runBoot = require(".boot")(ao)
local runDefault = require(".default")(insertInbox)
local function isEval(message) return message.Action == "Eval" and Owner == message.From end
local function isBoot(message) return message.Tags.Type == "Process" and Owner == message.From end
local function always() return true end

-- The runtime's own handlers are put in place before every message, whatever was done to them.
local function installHandlers(message, env)
  handlers.add("_eval", isEval, runEval)
  if env.Process.Id == message.Id then handlers.once("_boot", isBoot, runBoot) end
  handlers.append("_default", always, runDefault)
end

local function keepWaiting(thread)
  local threads = handlers.coroutines
  for index = #threads, 1, -1 do
    if status(threads[index]) == "dead" then remove(threads, index) end
  end
  if status(thread) ~= "dead" then insert(threads, thread) end
end

-- The prompt is the process's own function: one that fails must not make its process deaf.
local function prompt()
  local ok, shown = pcall(Prompt)
  return ok and text.error(shown) or "> "
end

local function output(isPrint)
  local logs = type(HANDLER_PRINT_LOGS) == "table" and HANDLER_PRINT_LOGS or {}
  HANDLER_PRINT_LOGS = {}
  return { data = concat(logs, "\n"), prompt = prompt(), print = isPrint or nil }
end

-- An error takes memory back to what it was; what had been printed is still shown.
local function failed(failure, thread)
  local lines = thread and trace.take(thread) or ""
  local message = text.error(failure)
  if lines ~= "" then message = message .. "\nstack traceback:\n" .. lines end
  return { Error = message, Output = output(true) }
end

-- Evaluates `message` in `env`; answers with the result and the thread in which it ran.
function process.handle(message, env)
  trace.clear()
  ao.init(env)
  ao.id = env.Process.Id
  normalizeMessage(message)
  initializeState(message, env)
  HANDLER_PRINT_LOGS = {}
  os.time = function() return message.Timestamp end
  env.Process.TagArray = env.Process.Tags
  env.Process.Tags = Tab(env.Process)

  local isTrusted = message.From == message.Owner or ao.isTrusted(message)
  if not isTrusted then
    print("Message is not trusted! From: " .. message.From .. " - Owner: " .. message.Owner)
    return ao.result({ Output = output(true) })
  end
  if ao.isAssignment(message) and not ao.isAssignable(message) then
    if message.From ~= ao.id then Send({ Target = message.From, Data = "Assignment is not trusted by this process!" }) end
    print("Assignment is not trusted! From: " .. message.From .. " - Owner: " .. message.Owner)
    return ao.result({ Output = output(true) })
  end

  installHandlers(message, env)
  attach(message)
  local thread = createThread(function()
    if message.Tags["Content-Type"] == "application/json" then
      message.Data = require("json").decode(message.Data or "{}")
    end
    handlers.evaluate(message, env)
  end)
  local ok, failure = resume(thread)
  if not ok then return failed(failure, thread), thread end
  if ao.outbox.Error then return failed(ao.outbox.Error, nil), thread end
  keepWaiting(thread)
  ao.Nonce = message.Nonce
  return ao.result({ Output = output(message.Action ~= "Eval") }), thread
end

return process
