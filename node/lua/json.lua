-- "json": Lua values as JSON text and back.
local json = { _version = "0.2.0" }

local type, pairs, next, tostring, tonumber, error, select = type, pairs, next, tostring, tonumber, error, select
local find, sub, byte, char, gsub, match, format = string.find, string.sub, string.byte, string.char, string.gsub, string.match, string.format
local concat, sort, mathtype = table.concat, table.sort, math.type
local utf8char = utf8.char

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
for code = 0, 31 do
  local control = char(code)
  ESCAPES[control] = ESCAPES[control] or format("\\u%04x", code)
end
ESCAPES["\127"] = "\\u007f"

local function quote(text)
  if find(text, '[%c"\\]') then text = gsub(text, '[%c"\\]', ESCAPES) end
  return '"' .. text .. '"'
end

local function number(value)
  if mathtype(value) == "integer" then return format("%d", value) end
  if value ~= value or value == math.huge or value == -math.huge then
    error("unexpected number value '" .. tostring(value) .. "'", 0)
  end
  -- The shortest text that reads back as the same number.
  local text = format("%.14g", value)
  if tonumber(text) ~= value then text = format("%.16g", value) end
  if tonumber(text) ~= value then text = format("%.17g", value) end
  return text
end

-- Appends to `out` from place `n` on, and returns the place behind.
local put

local function putArray(list, count, out, n, open)
  out[n] = "["
  n = n + 1
  for i = 1, count do
    if i > 1 then
      out[n] = ","
      n = n + 1
    end
    n = put(list[i], out, n, open)
  end
  out[n] = "]"
  return n + 1
end

local function putObject(object, out, n, open)
  local keys, count = {}, 0
  for key in next, object do
    if type(key) ~= "string" then error("invalid table: mixed or invalid key types", 0) end
    count = count + 1
    keys[count] = key
  end
  sort(keys)
  out[n] = "{"
  n = n + 1
  for i = 1, count do
    local key = keys[i]
    out[n] = (i > 1 and "," or "") .. quote(key) .. ":"
    n = put(object[key], out, n + 1, open)
  end
  out[n] = "}"
  return n + 1
end

local function putTable(value, out, n, open)
  if open[value] then error("circular reference", 0) end
  open[value] = true
  if rawget(value, 1) ~= nil or next(value) == nil then
    local count = 0
    for key in next, value do
      if mathtype(key) ~= "integer" then error("invalid table: mixed or invalid key types", 0) end
      count = count + 1
    end
    if count ~= #value then error("invalid table: sparse array", 0) end
    n = putArray(value, count, out, n, open)
  else
    n = putObject(value, out, n, open)
  end
  open[value] = nil
  return n
end

function put(value, out, n, open)
  local kind = type(value)
  if kind == "string" then
    out[n] = quote(value)
  elseif kind == "number" then
    out[n] = number(value)
  elseif kind == "boolean" then
    out[n] = value and "true" or "false"
  elseif kind == "nil" then
    out[n] = "null"
  elseif kind == "table" then
    return putTable(value, out, n, open)
  else
    error("unexpected type '" .. kind .. "'", 0)
  end
  return n + 1
end

-- Tables with the keys 1..n are arrays (an empty one too), tables with text keys are objects, in order of their keys.
function json.encode(value)
  local out = {}
  put(value, out, 1, {})
  return concat(out)
end

local function fail(text, place, problem)
  local line, column = 1, 1
  for i = 1, place - 1 do
    if byte(text, i) == 10 then line, column = line + 1, 1 else column = column + 1 end
  end
  error(format("%s at line %d col %d", problem, line, column), 0)
end

local UNESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

local function readCodepoint(text, place)
  local digits = match(text, "^%x%x%x%x", place)
  if not digits then fail(text, place - 2, "invalid unicode escape in string") end
  return tonumber(digits, 16)
end

-- A text with escapes, whose first quote stands at `place`; returns it and the place behind.
local function readEscaped(text, place)
  local parts, count = {}, 0
  local start = place + 1
  while true do
    local stop = find(text, '[%c"\\]', start)
    if not stop then fail(text, place, "expected closing quote for string") end
    count = count + 1
    parts[count] = sub(text, start, stop - 1)
    local code = byte(text, stop)
    if code == 34 then return concat(parts), stop + 1 end
    if code ~= 92 then
      if code ~= 127 then fail(text, stop, "control character in string") end
      count = count + 1
      parts[count] = "\127"
      start = stop + 1
    else
      local escape = sub(text, stop + 1, stop + 1)
      count = count + 1
      if escape == "u" then
        local point = readCodepoint(text, stop + 2)
        start = stop + 6
        if point >= 0xd800 and point < 0xdc00 and sub(text, start, start + 1) == "\\u" then
          local low = readCodepoint(text, start + 2)
          if low >= 0xdc00 and low < 0xe000 then
            point = (point - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000
            start = start + 6
          end
        end
        parts[count] = utf8char(point)
      else
        local plain = UNESCAPES[escape]
        if not plain then fail(text, stop, "invalid escape char '" .. escape .. "' in string") end
        parts[count] = plain
        start = stop + 2
      end
    end
  end
end

local function readText(text, place)
  local stop = find(text, '[%c"\\]', place + 1)
  if stop and byte(text, stop) == 34 then return sub(text, place + 1, stop - 1), stop + 1 end
  return readEscaped(text, place)
end

local function readNumber(text, place)
  local digits = match(text, "^-?%d+%.?%d*[eE]?[+-]?%d*", place)
  local value = digits and tonumber(digits)
  if not value or find(digits, "^-?0%d") or find(digits, "%.$") or find(digits, "%.[eE]") then
    fail(text, place, "invalid number '" .. (digits or sub(text, place, place)) .. "'")
  end
  return value, place + #digits
end

local read

local function skip(text, place) return find(text, "[^ \n\r\t]", place) or #text + 1 end

local function readArray(text, place)
  local result, count = {}, 0
  place = skip(text, place + 1)
  if byte(text, place) == 93 then return result, place + 1 end
  while true do
    count = count + 1
    result[count], place = read(text, place)
    place = skip(text, place)
    local code = byte(text, place)
    if code == 93 then return result, place + 1 end
    if code ~= 44 then fail(text, place, "expected ']' or ','") end
    place = skip(text, place + 1)
  end
end

local function readObject(text, place)
  local result = {}
  place = skip(text, place + 1)
  if byte(text, place) == 125 then return result, place + 1 end
  while true do
    if byte(text, place) ~= 34 then fail(text, place, "expected string for key") end
    local key
    key, place = readText(text, place)
    place = skip(text, place)
    if byte(text, place) ~= 58 then fail(text, place, "expected ':' after key") end
    result[key], place = read(text, skip(text, place + 1))
    place = skip(text, place)
    local code = byte(text, place)
    if code == 125 then return result, place + 1 end
    if code ~= 44 then fail(text, place, "expected '}' or ','") end
    place = skip(text, place + 1)
  end
end

local WORDS = { t = { "true", true }, f = { "false", false }, n = { "null", nil } }

function read(text, place)
  local code = byte(text, place)
  if code == 34 then return readText(text, place) end
  if code == 123 then return readObject(text, place) end
  if code == 91 then return readArray(text, place) end
  if code == nil then fail(text, place, "unexpected end of text") end
  if code == 45 or (code >= 48 and code <= 57) then return readNumber(text, place) end
  local word = WORDS[char(code)]
  if word and sub(text, place, place + #word[1] - 1) == word[1] then return word[2], place + #word[1] end
  fail(text, place, "unexpected character '" .. char(code) .. "'")
end

-- `null` becomes nil: the key of an object is gone, a place in an array is empty.
function json.decode(text)
  if type(text) ~= "string" then error("expected argument of type string, got " .. type(text), 2) end
  local value, place = read(text, skip(text, 1))
  place = skip(text, place)
  if place <= #text then fail(text, place, "trailing garbage") end
  return value
end

return json
