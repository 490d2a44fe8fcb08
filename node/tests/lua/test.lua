-- What a test file sees: describe, it, spawn, send, expect and what belongs to them. Loaded in front of every test file.
-- Whatever concerns the node is asked of the host: the coroutine yields the question and is resumed with the answer.

local yield, running = coroutine.yield, nil
local tests, around, collecting = {}, {}, nil

-- The line of the person's file that is being run, `nil` where there is none.
local function place()
  for level = 2, 60 do
    local info = debug.getinfo(level, "Sl")
    if info == nil then return nil end
    local file = info.source:match("^@(.+)$")
    if file ~= nil and not file:match("^aoscope/") then return { file = file, line = info.currentline } end
  end
end

-- A failure with its place, so that it is told where it was written and not where it was raised.
local function fail(failure)
  failure.place = failure.place or place()
  error(setmetatable(failure, { __tostring = function(self) return self.message end }), 0)
end

local function ask(kind, args)
  local answer = yield({ kind = kind, args = args or {} })
  if answer.error ~= nil then fail({ message = answer.error }) end
  return answer.value
end

local function text(value, what)
  if type(value) == "number" or type(value) == "boolean" then return tostring(value) end
  if type(value) ~= "string" then fail({ message = what .. " is text, this is a " .. type(value) }) end
  return value
end

-- Values ----------------------------------------------------------------------------------------------------------

local function equal(left, right, seen)
  if left == right then return true end
  if type(left) ~= "table" or type(right) ~= "table" then return false end
  seen = seen or {}
  if seen[left] == right then return true end
  seen[left] = right
  for key, value in pairs(left) do
    if not equal(value, right[key], seen) then return false end
  end
  for key in pairs(right) do
    if left[key] == nil then return false end
  end
  return true
end

-- Is everything that `wanted` names so in `value`? A function in it is asked.
local function fits(wanted, value)
  if type(wanted) == "function" then return not not wanted(value) end
  if type(wanted) ~= "table" then return wanted == value or tostring(wanted) == value end
  if type(value) ~= "table" then return false end
  for key, one in pairs(wanted) do
    if not fits(one, value[key]) then return false end
  end
  return true
end

local described = setmetatable({}, { __mode = "k" })

-- A value that can be shown: functions as what they ask for.
local function shown(value, depth)
  if type(value) == "function" then return described[value] or "a function" end
  if type(value) ~= "table" or (depth or 0) > 12 then return value end
  local copy = {}
  for key, one in pairs(value) do copy[key] = shown(one, (depth or 0) + 1) end
  return copy
end

-- Of a value as much as `wanted` names, to be laid beside it.
local function alike(wanted, value)
  if type(wanted) ~= "table" or type(value) ~= "table" then return value end
  local copy = {}
  for key, one in pairs(wanted) do copy[key] = alike(one, value[key]) end
  return copy
end

function matching(pattern)
  local ask_for = function(value) return type(value) == "string" and value:find(pattern) ~= nil end
  described[ask_for] = "matching " .. pattern
  return ask_for
end

function anything(value) return value ~= nil end
described[anything] = "anything"

-- Expectations ----------------------------------------------------------------------------------------------------

local Expectation = {}

local function expectation(value, is_negated)
  return setmetatable({}, {
    __index = function(_, name)
      if name == "never" then return expectation(value, not is_negated) end
      local check = Expectation[name]
      if check == nil then fail({ message = "there is no expectation ." .. tostring(name) }) end
      return function(...)
        local holds, failure = check(value, ...)
        if holds ~= is_negated then return end
        if is_negated then failure = { message = "expected this not to be so: " .. failure.what, expected = nil, got = shown(value) } end
        failure.isCompared = true
        fail(failure)
      end
    end,
  })
end

function expect(value) return expectation(value, false) end

function Expectation.equals(value, wanted)
  return equal(wanted, value), { message = "the values differ", what = "equal", expected = shown(wanted), got = shown(value) }
end

function Expectation.has(value, wanted)
  if type(value) == "string" then
    return value:find(text(wanted, "what a text is to hold"), 1, true) ~= nil,
      { message = "the text does not hold that", what = "holds", expected = wanted, got = value }
  end
  return fits(wanted, value), { message = "the value does not have that", what = "has", expected = shown(wanted), got = shown(alike(wanted, value)) }
end

function Expectation.matches(value, pattern)
  return type(value) == "string" and value:find(pattern) ~= nil,
    { message = "the text does not match", what = "matches", expected = "matching " .. tostring(pattern), got = shown(value) }
end

function Expectation.exists(value) return value ~= nil, { message = "there is nothing", what = "exists", expected = "anything", got = nil } end
function Expectation.isNil(value) return value == nil, { message = "there is something", what = "nil", expected = nil, got = shown(value) } end
function Expectation.isTrue(value) return value == true, { message = "it is not true", what = "true", expected = true, got = shown(value) } end
function Expectation.isFalse(value) return value == false, { message = "it is not false", what = "false", expected = false, got = shown(value) } end

function Expectation.isAbove(value, limit)
  local number = tonumber(value)
  return number ~= nil and number > limit, { message = "the number is too small", what = "above", expected = "above " .. tostring(limit), got = shown(value) }
end

function Expectation.isBelow(value, limit)
  local number = tonumber(value)
  return number ~= nil and number < limit, { message = "the number is too large", what = "below", expected = "below " .. tostring(limit), got = shown(value) }
end

-- Does calling it fail, with a text that holds `wanted`?
function Expectation.fails(value, wanted)
  local is_well, problem = pcall(value)
  local message = is_well and "it did not fail" or tostring(problem)
  local holds = not is_well and (wanted == nil or message:find(wanted, 1, true) ~= nil)
  return holds, { message = is_well and "it did not fail" or "it failed with other words", what = "fails", expected = wanted or "a failure", got = message }
end

-- Wallets, processes, messages --------------------------------------------------------------------------------------

local Wallet, Process, Sent = {}, {}, {}
Wallet.__index, Process.__index, Sent.__index = Wallet, Process, Sent
Wallet.__tostring = function(self) return self.id end
Process.__tostring = function(self) return self.id end

function wallet(name)
  local id = ask("wallet", { name = text(name, "the name of a wallet") })
  return setmetatable({ name = name, id = id, address = id }, Wallet)
end

local function idOf(target, what)
  if type(target) == "table" and type(target.id) == "string" then return target.id end
  if type(target) == "string" then return target end
  fail({ message = what .. " is a process, a wallet or an id, this is a " .. type(target) })
end

-- The fields that are no tags. Everything else in a message is one, as in ao.send.
local NO_TAGS = { Data = true, Tags = true, From = true, Target = true }

local function tagsOf(message)
  local tags = {}
  local add = function(name, value) tags[#tags + 1] = { name = text(name, "the name of a tag"), value = text(value, "the tag " .. tostring(name)) } end
  for name, value in pairs(message) do
    if not NO_TAGS[name] then add(name, type(value) == "table" and value.id or value) end
  end
  for name, value in pairs(message.Tags or {}) do
    if type(value) == "table" and value.name ~= nil then add(value.name, value.value) else add(name, type(value) == "table" and value.id or value) end
  end
  table.sort(tags, function(a, b)
    if (a.name == "Action") ~= (b.name == "Action") then return a.name == "Action" end
    return a.name < b.name
  end)
  return tags
end

local function process(found) return setmetatable({ name = found.name, id = found.id, slot = 0 }, Process) end

function spawn(what)
  if type(what) == "string" then what = { name = what } end
  if type(what) ~= "table" then fail({ message = "spawn takes the name of a process of the project, or a table" }) end
  return process(ask("spawn", {
    name = what.name, source = what.source, code = what.code, module = what.module,
    tags = what.tags and tagsOf({ Tags = what.tags }) or {},
    from = what.from and what.from.name,
  }))
end

function spawnAll(options)
  local byName, sources = {}, {}
  options = options or {}
  for name, source in pairs(options.sources or {}) do
    sources[#sources + 1] = { name = text(name, "the name of a process"), source = text(source, "the file of " .. tostring(name)) }
  end
  for _, found in ipairs(ask("spawnAll", { isStarted = options.start == true, sources = sources })) do byName[found.name] = process(found) end
  return byName
end

function send(target, message)
  message = type(message) == "string" and { Action = message } or message or {}
  local from = message.From
  if from ~= nil and getmetatable(from) ~= Wallet then fail({ message = "From is a wallet, as wallet('alice') gives it" }) end
  local data = message.Data
  local sent = ask("send", {
    to = idOf(target, "the target"), from = from and from.name or nil, tags = tagsOf(message),
    data = data == nil and "" or text(data, "Data"),
  })
  sent.process = getmetatable(target) == Process and target or nil
  return setmetatable(sent, Sent)
end

-- The newest cron message of a process, or of one of its crons: like a message that was sent.
function ticked(of, cron)
  local found = ask("ticked", { id = idOf(of, "who has a cron"), cron = cron and text(cron, "the name of a cron") or nil })
  found.process = getmetatable(of) == Process and of or nil
  return setmetatable(found, Sent)
end

function Process:send(message) return send(self, message) end
function Process:state(expression) return state(self, expression) end
function Process:eval(code) return eval(self, code) end
function Process:tried(message) return tried(self, message) end
function Process:received(wanted) return received(self, wanted) end

-- What the slot of a message gave: output, error, messages, spawns, gas.
function Sent:result() return ask("result", { id = self.target, slot = self.slot, tick = self.tick }) end
function Sent:output() return self:result().output end
function Sent:error() return self:result().error end

-- Everything that followed from it, once all of it has come to rest.
function Sent:messages(wanted)
  local found = {}
  for _, one in ipairs(ask("followed", { id = self.target, slot = self.slot, tick = self.tick })) do
    if wanted == nil or fits(wanted, one) then found[#found + 1] = one end
  end
  return found
end

local function noneOf(what, wanted, all)
  fail({ message = what, isCompared = true, expected = shown(wanted), got = shown(#all == 1 and alike(wanted, all[1]) or all) })
end

-- The first answer to whoever sent it; with `wanted`, the first that has that.
function Sent:reply(wanted)
  local all, failed = {}, self:error()
  local broken = failed and "; its slot ended in an error: " .. failed or nil
  for _, one in ipairs(self:messages()) do
    if one.error ~= nil then broken = broken or "; " .. tostring(one.to) .. " ended in an error: " .. one.error end
    if one.Target == self.from then
      if wanted == nil or fits(wanted, one) then return one end
      all[#all + 1] = one
    end
  end
  local first_line = broken and broken:match("^[^\n]*") or ""
  noneOf((#all == 0 and "nobody answered" or "no answer is like that") .. first_line, wanted or {}, all)
end

-- The messages that followed, in order, each with at least what `wanted` names of it.
function Sent:follows(wanted)
  local all = self:messages()
  for index, one in ipairs(wanted) do
    local found = all[index]
    if found == nil then
      fail({ message = "message " .. index .. " never came", isCompared = true, expected = shown(one), got = nil })
    elseif not fits(one, found) then
      yield({ kind = "look", args = found.place or found.by })
      fail({ message = "message " .. index .. " is another one", isCompared = true, expected = shown(one), got = shown(alike(one, found)) })
    end
  end
  local more = all[#wanted + 1]
  if more ~= nil then
    yield({ kind = "look", args = more.place or more.by })
    fail({ message = "a message more came", isCompared = true, expected = nil, got = { from = more.from, to = more.to, Action = more.Action, Data = more.Data } })
  end
end

-- What was sent to a process or wallet in this test, in order.
function received(target, wanted)
  local found = {}
  for _, one in ipairs(ask("received", { id = idOf(target, "who received") })) do
    if wanted == nil or fits(wanted, one) then found[#found + 1] = one end
  end
  return found
end

-- The first message to somebody that has what `wanted` names.
function awaits(target, wanted)
  local all = received(target)
  for _, one in ipairs(all) do
    if fits(wanted or {}, one) then return one end
  end
  noneOf("no such message came", wanted or {}, all)
end

-- What an expression gives in a process, as a value. Nothing of it stays there.
function state(of, expression)
  local answer = ask("state", { id = idOf(of, "whose state it is"), expression = text(expression, "an expression") })
  local value, problem = load("return " .. answer.text, "=state", "t", { math = math })
  if value == nil then fail({ message = "the state cannot be read: " .. problem }) end
  return value()
end

function eval(of, code) return ask("eval", { id = idOf(of, "who evaluates"), code = text(code, "code") }) end
function monitor(of) ask("monitor", { id = idOf(of, "who is monitored") }) end
function idle() ask("idle") end

-- Tries a message on the newest state and forgets it. @returns output, error and messages.
function tried(of, message)
  message = type(message) == "string" and { Action = message } or message or {}
  return ask("tried", {
    id = idOf(of, "who tries"), tags = tagsOf(message), data = message.Data == nil and "" or text(message.Data, "Data"),
    from = message.From and message.From.name or nil,
  })
end

clock = {
  now = function() return ask("clock", { how = "now" }).ms end,
  height = function() return ask("clock", { how = "now" }).height end,
  step = function(seconds) return ask("clock", { how = "step", by = seconds }).ms end,
  tick = function() return ask("clock", { how = "tick" }).ms end,
  block = function() return ask("clock", { how = "block" }).height end,
  -- To a time: ms since 1970, or text such as 2030-06-01T12:00:00Z.
  jump = function(to) return ask("clock", { how = "jump", to = to }).ms end,
}

-- Suites and tests --------------------------------------------------------------------------------------------------

local function added(list, name, body, is_skipped)
  if collecting == nil then fail({ message = "describe and it stand outside of tests" }) end
  local here = place()
  list[#list + 1] = { name = text(name, "the name"), body = body, line = here and here.line or 0, isSkipped = is_skipped }
end

local function describes(is_skipped)
  return function(name, body)
    if collecting == nil then fail({ message = "describe stands outside of tests" }) end
    local outer = collecting
    collecting = { names = table.pack(table.unpack(outer.names)), before = {}, after = {}, outer = outer, isSkipped = outer.isSkipped or is_skipped }
    table.insert(collecting.names, text(name, "the name"))
    body()
    collecting = outer
  end
end

local function its(is_skipped)
  return function(name, body)
    local own = {}
    added(own, name, body, is_skipped)
    local names = table.pack(table.unpack(collecting.names))
    table.insert(names, own[1].name)
    names.n = nil
    tests[#tests + 1] = { names = names, body = body, line = own[1].line, suite = collecting, isSkipped = is_skipped or collecting.isSkipped }
  end
end

local callable = function(call, skip) return setmetatable({ skip = skip }, { __call = function(_, ...) return call(...) end }) end
describe = callable(describes(false), describes(true))
it = callable(its(false), its(true))
function before(body) table.insert(collecting.before, body) end
function after(body) table.insert(collecting.after, body) end

-- Other files of the project ----------------------------------------------------------------------------------------

local loaded = {}
local builtin = require
function require(name)
  if package.loaded[name] ~= nil then return package.loaded[name] end
  if loaded[name] == nil then
    local found = ask("read", { name = text(name, "the name of a module") })
    local chunk, problem = load(found.text, "@" .. found.file, "t")
    if chunk == nil then fail({ message = problem }) end
    loaded[name] = { chunk(name) }
  end
  return table.unpack(loaded[name])
end

-- The way of a file -------------------------------------------------------------------------------------------------

local function told(problem)
  if type(problem) == "table" and problem.message ~= nil then return problem end
  local message = tostring(problem)
  local file, line, rest = message:match("^([^\n]-):(%d+): (.*)$")
  if file ~= nil and not file:match("^aoscope/") then return { message = rest, place = { file = file, line = tonumber(line) } } end
  return { message = message, place = place() }
end

local function guarded(body)
  local is_well, failure = xpcall(body, told)
  if is_well then return nil end
  return failure
end

local function outerFirst(suite, which)
  local all = suite.outer and outerFirst(suite.outer, which) or {}
  for _, body in ipairs(suite[which]) do all[#all + 1] = body end
  return all
end

local function runTest(test)
  local failure = guarded(function()
    for _, body in ipairs(outerFirst(test.suite, "before")) do body() end
    test.body()
  end)
  -- What is to be done afterwards is done for a failed test too; its own failure is the one to tell.
  local later = guarded(function()
    for _, body in ipairs(outerFirst(test.suite, "after")) do body() end
  end)
  return failure or later
end

local function runFile(file)
  collecting = { names = {}, before = {}, after = {} }
  local failure = guarded(function()
    local chunk, problem = load(file.text, "@" .. file.name, "t")
    if chunk == nil then error(problem, 0) end
    chunk()
  end)
  collecting = nil
  if failure ~= nil then return { kind = "broken", args = failure } end
  local listed = {}
  for index, test in ipairs(tests) do listed[index] = { name = test.names, line = test.line } end
  local wanted = yield({ kind = "found", args = { tests = listed } }).value
  for _, index in ipairs(wanted) do
    local test = tests[index]
    if test.isSkipped or test.body == nil then
      yield({ kind = "skipped", args = { index = index } })
    else
      yield({ kind = "started", args = { index = index } })
      yield({ kind = "ended", args = { index = index, failure = runTest(test) } })
    end
  end
  return { kind = "done", args = {} }
end

-- @param answer the file at first, then the answer to the question before.
return function(answer)
  if running == nil then running = coroutine.create(runFile) end
  local is_well, question = coroutine.resume(running, answer)
  if not is_well then return { kind = "broken", args = told(question) } end
  return question
end
