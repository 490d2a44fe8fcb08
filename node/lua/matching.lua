-- ".utils": matching of messages against patterns, and small functions on lists.
local utils = { _version = "0.0.5" }

local find, match, lower, upper, gsub = string.find, string.match, string.lower, string.upper, string.gsub
local type, pairs, ipairs, tostring = type, pairs, ipairs, tostring
local getinfo, unpack = debug.getinfo, table.unpack
local MAGIC = "[%^%$%(%)%%%.%[%]%*%+%?]"

local function matchesText(pattern, value)
  if type(value) ~= "string" then value = tostring(value) end
  if find(pattern, MAGIC) then return match(lower(value), lower(pattern)) ~= nil end
  return lower(value) == lower(pattern)
end

-- True when `value` fits `pattern`: '_' takes anything, a string compares without case (a Lua pattern when it holds
-- magic characters), a function decides, a table is a list of alternatives.
function utils.matchesPattern(pattern, value, message)
  if not pattern then return false end
  if pattern == "_" then return true end
  local kind = type(pattern)
  if kind == "function" then return pattern(value, message) and true or false end
  if kind == "string" then return matchesText(pattern, value == nil and "" or value) end
  if kind == "table" then
    for _, alternative in pairs(pattern) do
      if utils.matchesPattern(alternative, value, message) then return true end
    end
  end
  return false
end

-- What a handler's pattern says to a message: a function's own answer; for a table, whether every key is on the
-- message and fits; for a string, whether it is the Action.
function utils.matchesSpec(message, spec)
  local kind = type(spec)
  if kind == "function" then return spec(message) end
  if kind == "table" then
    for key, pattern in pairs(spec) do
      local value = message[key]
      if not value or not utils.matchesPattern(pattern, value, message) then return false end
    end
    return true
  end
  return kind == "string" and message.Action ~= nil and message.Action == spec
end

-- Names seen so far; bounded, so that a flood of odd names cannot fill the memory.
local KNOWN_MAX = 512
local known, knownCount = {}, 0

-- Tag names in title case: "reply_to" becomes "Reply-To".
function utils.normalize(name)
  if type(name) ~= "string" then return name end
  local result = known[name]
  if result then return result end
  result = lower((gsub(name, "_", "-")))
  result = gsub(result, "^%l", upper)
  result = gsub(result, "%-%l", upper)
  if knownCount < KNOWN_MAX then
    known[name] = result
    knownCount = knownCount + 1
  end
  return result
end

function utils.capitalize(text)
  if type(text) ~= "string" or text == "" then return text end
  return upper(text:sub(1, 1)) .. lower(text:sub(2))
end

local function isArray(list)
  if type(list) ~= "table" then return false end
  local count = 0
  for key in pairs(list) do
    if math.type(key) ~= "integer" or key < 1 then return false end
    count = count + 1
  end
  return count == #list
end

local function checkArray(list, message)
  assert(type(list) == "table", message)
  assert(isArray(list), message)
end

-- Collects arguments over several calls until there are `arity` of them.
function utils.curry(fn, arity)
  assert(type(fn) == "function", "function is required as first argument")
  arity = arity or getinfo(fn, "u").nparams
  if arity < 2 then return fn end
  return function(...)
    local given = select("#", ...)
    if given >= arity then return fn(...) end
    local first = { ... }
    return utils.curry(function(...)
      local all = { unpack(first, 1, given) }
      local more = select("#", ...)
      for i = 1, more do all[given + i] = (select(i, ...)) end
      return fn(unpack(all, 1, given + more))
    end, arity - given)
  end
end

utils.concat = utils.curry(function(first, second)
  checkArray(first, "first argument should be a table that is an array")
  checkArray(second, "second argument should be a table that is an array")
  local result = {}
  for _, value in ipairs(first) do result[#result + 1] = value end
  for _, value in ipairs(second) do result[#result + 1] = value end
  return result
end, 2)

utils.reduce = utils.curry(function(fn, initial, list)
  assert(type(fn) == "function", "first argument should be a function that accepts (result, value, key)")
  checkArray(list, "third argument should be a table that is an array")
  local result = initial
  for key, value in ipairs(list) do
    if result == nil then result = value else result = fn(result, value, key) end
  end
  return result
end, 3)

utils.map = utils.curry(function(fn, list)
  assert(type(fn) == "function", "first argument should be a unary function")
  checkArray(list, "second argument should be an Array")
  local result = {}
  for key, value in ipairs(list) do result[key] = fn(value, key) end
  return result
end, 2)

utils.filter = utils.curry(function(fn, list)
  assert(type(fn) == "function", "first argument should be a unary function")
  checkArray(list, "second argument should be an Array")
  local result = {}
  for _, value in ipairs(list) do
    if fn(value) then result[#result + 1] = value end
  end
  return result
end, 2)

utils.find = utils.curry(function(fn, list)
  assert(type(fn) == "function", "first argument should be a unary function")
  assert(type(list) == "table", "second argument should be a table that is an array")
  for _, value in pairs(list) do
    if fn(value) then return value end
  end
end, 2)

utils.propEq = utils.curry(function(name, value, object)
  assert(type(name) == "string", "first argument should be a string")
  assert(type(value) == "string", "second argument should be a string")
  assert(type(object) == "table", "third argument should be a table<object>")
  return object[name] == value
end, 3)

utils.prop = utils.curry(function(name, object) return object[name] end, 2)

function utils.reverse(list)
  checkArray(list, "argument needs to be a table that is an array")
  local result, count = {}, #list
  for i = 1, count do result[i] = list[count - i + 1] end
  return result
end

-- Applies functions from the last to the first.
utils.compose = utils.curry(function(...)
  local functions = { ... }
  return function(value)
    for i = #functions, 1, -1 do
      assert(type(functions[i]) == "function", "each argument needs to be a function")
      value = functions[i](value)
    end
    return value
  end
end, 2)

utils.includes = utils.curry(function(wanted, list)
  checkArray(list, "argument should be a table that is an array")
  for _, value in ipairs(list) do
    if value == wanted then return true end
  end
  return false
end, 2)

function utils.keys(object)
  assert(type(object) == "table", "argument needs to be a table")
  local result = {}
  for key in pairs(object) do result[#result + 1] = key end
  return result
end

function utils.values(object)
  assert(type(object) == "table", "argument needs to be a table")
  local result = {}
  for _, value in pairs(object) do result[#result + 1] = value end
  return result
end

return utils
