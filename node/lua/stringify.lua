-- ".stringify": tables for the console, coloured.
local stringify = { _version = "0.0.1" }
local RED, GREEN, BLUE, RESET = "\27[31m", "\27[32m", "\27[34m", "\27[0m"
local sort, concat, rep, tostring, type = table.sort, table.concat, string.rep, tostring, type

local function scalar(value)
  if type(value) == "string" then return GREEN .. '"' .. value .. '"' .. RESET end
  return BLUE .. tostring(value) .. RESET
end

-- True for 1..n of numbers and strings alone.
function stringify.isSimpleArray(list)
  local count = 0
  for _, value in pairs(list) do
    count = count + 1
    if type(value) ~= "number" and type(value) ~= "string" then return false end
  end
  for i = 1, count do
    if rawget(list, i) == nil then return false end
  end
  return true
end

local function isArray(list)
  local count = 0
  for key in pairs(list) do
    if math.type(key) ~= "integer" then return false end
    count = count + 1
  end
  return count == #list
end

-- Numbers first, then names: the same table always looks the same.
local function before(first, second)
  local firstKind, secondKind = type(first), type(second)
  if firstKind == "number" and secondKind == "number" then return first < second end
  if firstKind ~= secondKind and (firstKind == "number" or secondKind == "number") then return firstKind == "number" end
  return tostring(first) < tostring(second)
end

local function sortedKeys(object)
  local keys = {}
  for key in pairs(object) do keys[#keys + 1] = key end
  sort(keys, before)
  return keys
end

local function show(value, indent, path)
  if type(value) ~= "table" then return scalar(value) end
  return stringify.format(value, indent, path)
end

-- `path` holds the tables that are open now: one that comes again inside of itself is a circle.
function stringify.format(object, indent, path)
  indent = indent or 0
  path = path or {}
  if path[object] then return "<circular reference>" end
  path[object] = true
  local parts = {}
  local result
  if stringify.isSimpleArray(object) then
    for i, value in ipairs(object) do parts[i] = scalar(value) end
    result = #parts == 0 and "{ }" or "{ " .. concat(parts, ", ") .. " }"
  elseif isArray(object) then
    local inner = rep(" ", indent + 2)
    for i, value in ipairs(object) do parts[i] = inner .. show(value, indent + 2, path) end
    result = "{\n" .. concat(parts, ",\n") .. "\n" .. rep(" ", indent) .. "}"
  else
    local inner = rep(" ", indent + 2)
    for _, key in ipairs(sortedKeys(object)) do
      parts[#parts + 1] = inner .. RED .. tostring(key) .. RESET .. " = " .. show(rawget(object, key), indent + 2, path)
    end
    result = "{\n" .. concat(parts, ",\n") .. "\n" .. rep(" ", indent) .. "}"
  end
  path[object] = nil
  return result
end

return stringify
