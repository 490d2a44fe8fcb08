-- ".handlers": the ordered list of handlers, and who of them gets a message.
local utils = require(".utils")
local trace = require(".aoscope.trace")

local handlers = { _version = "0.0.5" }
local previous = Handlers
handlers.list = previous and previous.list or {}
handlers.coroutines = previous and previous.coroutines or {}
handlers.onceNonce = 0

local matchesSpec = utils.matchesSpec
local running, resume, yield = coroutine.running, coroutine.resume, coroutine.yield
local insert, remove = table.insert, table.remove

local function indexOf(name)
  for index, handler in ipairs(handlers.list) do
    if handler.name == name then return index end
  end
  return nil
end

local USAGE = [[Invalid arguments given. Expected:
	name : string,
	pattern : Action : string | MsgMatch : table,
		function(msg: Message) : {-1 = break, 0 = skip, 1 = continue},
	handle(msg : Message) : void) | Resolver,
	MaxRuns? : number | "inf" | nil]]

local function check(name, pattern, handle)
  local patternKind, handleKind = type(pattern), type(handle)
  if type(name) ~= "string" or (patternKind ~= "function" and patternKind ~= "table" and patternKind ~= "string")
    or (handleKind ~= "function" and handleKind ~= "table") then
    error(USAGE, 3)
  end
end

-- A handle is a function, or a table from patterns to functions of which the first that fits is called.
function handlers.generateResolver(spec)
  if type(spec) == "function" then return spec end
  return function(message, env)
    for pattern, fn in pairs(spec) do
      if matchesSpec(message, pattern) then return fn(message, env) end
    end
  end
end

-- (name, handle) uses the name as pattern.
local function arguments(...)
  if select("#", ...) == 2 then
    local name, handle = ...
    return name, name, handle, nil
  end
  return ...
end

-- Updates the handler of that name where it stands, or inserts a new one at `place`.
local function put(place, name, pattern, handle, maxRuns)
  local index = indexOf(name)
  local handler = index and handlers.list[index] or { name = name }
  handler.pattern = pattern
  handler.handle = handlers.generateResolver(handle)
  handler.maxRuns = maxRuns
  if not index then insert(handlers.list, place, handler) end
end

function handlers.add(...)
  local name, pattern, handle, maxRuns = arguments(...)
  check(name, pattern, handle)
  put(#handlers.list + 1, name, pattern, handle, maxRuns)
  return #handlers.list
end

function handlers.append(...)
  local name, pattern, handle, maxRuns = arguments(...)
  check(name, pattern, handle)
  put(#handlers.list + 1, name, pattern, handle, maxRuns)
end

function handlers.prepend(...)
  local name, pattern, handle, maxRuns = arguments(...)
  check(name, pattern, handle)
  put(1, name, pattern, handle, maxRuns)
end

-- ([name,] pattern, handle): in front of all others, and gone after its first run.
function handlers.once(...)
  local name, pattern, handle
  if select("#", ...) >= 3 then
    name, pattern, handle = ...
  else
    -- Numbers are given again after a restart of this module; a name in use would replace the one who waits.
    repeat
      name = "_once_" .. handlers.onceNonce
      handlers.onceNonce = handlers.onceNonce + 1
    until not indexOf(name)
    pattern, handle = ...
  end
  check(name, pattern, handle)
  put(1, name, pattern, handle, 1)
end

local function inserter(name, offset)
  if type(name) ~= "string" then error("Handler name MUST be a string", 3) end
  return {
    add = function(newName, pattern, handle, maxRuns)
      check(newName, pattern, handle)
      local index = indexOf(name)
      if index then
        local handler = { name = newName, pattern = pattern, handle = handlers.generateResolver(handle), maxRuns = maxRuns }
        insert(handlers.list, index + offset, handler)
      end
    end,
  }
end

function handlers.before(name) return inserter(name, 0) end

function handlers.after(name) return inserter(name, 1) end

function handlers.remove(name)
  if type(name) ~= "string" then error("name MUST be string", 2) end
  local index = indexOf(name)
  if index then remove(handlers.list, index) end
end

-- Pauses the evaluation until a message fits `pattern`, and returns that message.
function handlers.receive(pattern)
  local waiting, isMain = running()
  if isMain then error("Receive works inside of a handler or Eval only", 2) end
  handlers.once(pattern, function(message)
    local ok, failure = resume(waiting, message)
    if not ok then
      trace.note(waiting)
      error(failure, 0)
    end
  end)
  return yield(pattern)
end

-- -1: run and stop, 0: skip, 1: run and go on.
local function verdict(result)
  local kind = type(result)
  if kind == "boolean" then return result and -1 or 0 end
  if kind == "string" then return result == "continue" and 1 or result == "break" and -1 or 0 end
  if kind == "number" then return result end
  error("Pattern result is not valid, it MUST be string, number, or boolean", 0)
end

local function countRun(handler)
  local maxRuns = handler.maxRuns
  if maxRuns == nil or maxRuns == "inf" then return end
  handler.maxRuns = maxRuns - 1
  if handler.maxRuns <= 0 then
    for index, other in ipairs(handlers.list) do
      if other == handler then return remove(handlers.list, index) end
    end
  end
end

local function placeOf(handler)
  for index, other in ipairs(handlers.list) do
    if other == handler then return index end
  end
  return nil
end

-- Gives a message to the handlers in the order of the list, and to `_default` when none of them stopped it.
-- Handlers may come and go while they run: the walk goes on behind the one that ran, wherever that is now.
function handlers.evaluate(message, env)
  assert(type(message) == "table", "msg is not valid")
  assert(type(env) == "table", "env is not valid")
  local index = 1
  while true do
    local list = handlers.list
    local handler = list[index]
    if handler == nil then break end
    index = index + 1
    if handler.name ~= "_default" then
      local step = verdict(matchesSpec(message, handler.pattern))
      if step ~= 0 then
        local follower = list[index]
        handler.handle(message, env)
        countRun(handler)
        if step < 0 then return true end
        if handlers.list[index - 1] ~= handler then
          local place = placeOf(handler)
          index = place and place + 1 or follower and placeOf(follower) or #handlers.list + 1
        end
      end
    end
  end
  local default = indexOf("_default")
  if default then handlers.list[default].handle(message, env) end
  return false
end

handlers.utils = require(".handlers-utils")

return handlers
