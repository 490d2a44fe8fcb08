-- ".pretty": tables as indented lines.
local pretty = { _version = "0.0.1" }

function pretty.tprint(object, indent)
  indent = indent or 0
  local keys = {}
  for key in pairs(object) do keys[#keys + 1] = key end
  table.sort(keys, function(first, second) return tostring(first) < tostring(second) end)
  local lines = {}
  for _, key in ipairs(keys) do
    local value = object[key]
    local head = string.rep(" ", indent) .. tostring(key) .. ": "
    if type(value) == "table" then
      lines[#lines + 1] = head .. "\n" .. pretty.tprint(value, indent + 1)
    else
      lines[#lines + 1] = head .. tostring(value) .. "\n"
    end
  end
  return table.concat(lines)
end

return pretty
