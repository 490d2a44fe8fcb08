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
  local parts = {}
  for key, one in next, value do
    if type(key) ~= "table" and type(key) ~= "function" then
      parts[#parts + 1] = "[" .. written(key, depth + 1) .. "]=" .. written(one, depth + 1)
    end
  end
  seen[value] = nil
  return "{" .. table.concat(parts, ",") .. "}"
end
return written((${expression}
), 0)`;
}
