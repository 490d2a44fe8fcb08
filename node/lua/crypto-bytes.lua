-- ".crypto.util.init": bytes as strings, lists of numbers, streams (functions that give one number a call) and hex.
local byte, char, format, gsub, concat, unpack = string.byte, string.char, string.format, string.gsub, table.concat, table.unpack
local CHUNK = 4096

local array, stream, hex = {}, {}, {}

function hex.stringToHex(text)
  return (gsub(text, ".", function(one) return format("%02x", byte(one)) end))
end

function hex.hexToString(text)
  text = gsub(text, "%s+", "")
  if text:find("%X") or #text % 2 ~= 0 then error("invalid hex string", 2) end
  return (gsub(text, "%x%x", function(pair) return char(tonumber(pair, 16)) end))
end

function array.fromString(text)
  local list = {}
  for i = 1, #text do list[i] = byte(text, i) end
  return list
end

function array.toString(list)
  local parts = {}
  for i = 1, #list, CHUNK do parts[#parts + 1] = char(unpack(list, i, math.min(i + CHUNK - 1, #list))) end
  return concat(parts)
end

function array.size(list) return #list end
function array.fromHex(text) return array.fromString(hex.hexToString(text)) end
function array.toHex(list) return hex.stringToHex(array.toString(list)) end
function array.copy(list) return table.move(list, 1, #list, 1, {}) end
function array.slice(list, first, last) return table.move(list, first, last, 1, {}) end
function array.truncate(list, size) return table.move(list, 1, math.min(size, #list), 1, {}) end

function array.concat(first, second)
  return table.move(second, 1, #second, #first + 1, array.copy(first))
end

function array.XOR(first, second)
  local list = {}
  for i = 1, math.min(#first, #second) do list[i] = first[i] ~ second[i] end
  return list
end

function stream.fromArray(list)
  local place = 0
  return function()
    place = place + 1
    return list[place]
  end
end

function stream.toArray(source)
  local list = {}
  for number in source do list[#list + 1] = number end
  return list
end

function stream.fromString(text)
  local place = 0
  return function()
    place = place + 1
    if place <= #text then return byte(text, place) end
  end
end
function stream.toString(source) return array.toString(stream.toArray(source)) end
function stream.fromHex(text) return stream.fromArray(array.fromHex(text)) end
function stream.toHex(source) return hex.stringToHex(stream.toString(source)) end
array.fromStream = stream.toArray
array.toStream = stream.fromArray

-- Whatever form the bytes have, as a string.
local function toBytes(value)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "table" then return array.toString(value) end
  if kind == "function" then return stream.toString(value) end
  error("expected bytes as a string, a list or a stream, got " .. kind, 3)
end

-- A finished digest, in the three forms in which it can be asked for.
local function result(text)
  return {
    asString = function() return text end,
    asHex = function() return hex.stringToHex(text) end,
    asBytes = function() return array.fromString(text) end,
  }
end

return { _version = "0.0.1", array = array, stream = stream, hex = hex, toBytes = toBytes, result = result }
