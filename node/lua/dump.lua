-- ".dump": a value as Lua source.
local RESERVED = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true until
while]]):gmatch("%a+") do RESERVED[word] = true end

local format, rep, concat, sort, tostring, type = string.format, string.rep, table.concat, table.sort, tostring, type

local function keyText(key)
  if type(key) == "string" and key:match("^[%a_][%w_]*$") and not RESERVED[key] then return key end
  if type(key) == "number" or type(key) == "boolean" then return "[" .. tostring(key) .. "]" end
  return format("[%q]", tostring(key))
end

local function before(first, second)
  local firstIsNumber, secondIsNumber = type(first) == "number", type(second) == "number"
  if firstIsNumber and secondIsNumber then return first < second end
  if firstIsNumber ~= secondIsNumber then return firstIsNumber end
  return tostring(first) < tostring(second)
end

local function show(value, step, indent, path)
  local kind = type(value)
  if kind == "number" or kind == "boolean" then return tostring(value) end
  if kind ~= "table" then return format("%q", tostring(value)) end
  if path[value] then return '"<Circular ' .. tostring(value) .. '>"' end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  if #keys == 0 then return "{}" end
  sort(keys, before)
  path[value] = true
  local newline = step == 0 and " " or "\n"
  local inner = rep(" ", indent + step)
  local parts = {}
  for i, key in ipairs(keys) do
    parts[i] = inner .. keyText(key) .. " = " .. show(value[key], step, indent + step, path)
  end
  path[value] = nil
  return "{" .. newline .. concat(parts, "," .. newline) .. newline .. rep(" ", indent) .. "}"
end

-- `indent` spaces per level (4), beginning `padding` spaces in (0). A plain value is quoted.
return function(value, indent, padding)
  if type(value) == "table" then return show(value, indent or 4, padding or 0, {}) end
  return format("%q", tostring(value))
end
