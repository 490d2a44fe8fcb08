/**
 * Lua that evaluates an expression and answers with a text that any Lua reads back as the same value, on every aos: for a
 * dry run of Eval. What has a text of its own (`__tostring`, as big integers have) is that text; functions are told by name.
 */
export function stateCode(expression: string): string {
  return `
local seen = {}
local function written(value, depth)
  local kind = type(value)
  if kind == "string" then return (string.format("%q", value):gsub("\\\\\\n", "\\\\n"):gsub("\\r", "\\\\r")) end
  if kind == "number" then
    if value ~= value then return "0/0" end
    if value == math.huge then return "math.huge" elseif value == -math.huge then return "-math.huge" end
    return math.type(value) == "integer" and string.format("%d", value) or string.format("%.17g", value)
  end
  if kind == "nil" or kind == "boolean" then return tostring(value) end
  if kind ~= "table" then return string.format("%q", kind) end
  local meta = getmetatable(value)
  if type(meta) == "table" and meta.__tostring ~= nil then return string.format("%q", tostring(value)) end
  if seen[value] or depth > 30 then return '"…"' end
  seen[value] = true
  local parts, names, count = {}, {}, 0
  for index = 1, math.huge do
    if rawget(value, index) == nil then break end
    parts[index] = written(value[index], depth + 1)
    count = index
  end
  for key in next, value do
    local isListed = math.type(key) == "integer" and key >= 1 and key <= count
    if not isListed and type(key) ~= "table" and type(key) ~= "function" then names[#names + 1] = key end
  end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(names) do
    -- A key as long as an id is written as text: it may be one.
    local isName = type(key) == "string" and #key < 43 and key:match("^[%a_][%w_]*$") and load("local " .. key .. " = 1") ~= nil
    parts[#parts + 1] = (isName and key or "[" .. written(key, depth + 1) .. "]") .. " = " .. written(value[key], depth + 1)
  end
  seen[value] = nil
  if #parts == 0 then return "{}" end
  return "{ " .. table.concat(parts, ", ") .. " }"
end
return written((${expression}
), 0)`;
}
