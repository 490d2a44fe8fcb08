-- How values become the text of tags, data and errors.
local text = {}
local format, tostring, mathtype = string.format, tostring, math.type

-- A number as a person writes it: 5.0 is "5".
function text.number(value)
  if mathtype(value) == "float" and value == value // 1 and value > -2 ^ 53 and value < 2 ^ 53 then
    return format("%d", value)
  end
  return tostring(value)
end

-- A value for a tag or data, as text; nil for what has none (functions, threads).
function text.of(value)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "number" then return text.number(value) end
  if kind == "boolean" then return tostring(value) end
  if kind == "table" then
    local meta = getmetatable(value)
    if type(meta) == "table" and meta.__tostring then return tostring(value) end
    return require("json").encode(value)
  end
  return nil
end

-- Any error value as text.
function text.error(value)
  if type(value) == "string" then return value end
  if value == nil then return "nil" end
  local ok, shown = pcall(text.of, value)
  if ok and shown then return shown end
  return tostring(value)
end

return text
