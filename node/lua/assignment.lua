-- ".assignment": which assigned data a process takes (by default none).
local matchesSpec = require(".utils").matchesSpec

local assignment = { _version = "0.1.0" }

local function indexOf(list, name)
  for index, entry in ipairs(list) do
    if entry.name == name then return index end
  end
  return nil
end

-- Gives `ao` its four functions about assignments; those that exist stay.
function assignment.init(ao)
  ao.assignables = ao.assignables or {}

  -- ([name,] pattern)
  ao.addAssignable = ao.addAssignable or function(...)
    local name, pattern = nil, ...
    if select("#", ...) >= 2 then
      name, pattern = ...
      if type(name) ~= "string" then error("MatchSpec name MUST be a string", 2) end
    end
    local index = name and indexOf(ao.assignables, name)
    if index then
      ao.assignables[index].pattern = pattern
    else
      table.insert(ao.assignables, { name = name, pattern = pattern })
    end
  end

  -- By name or by place in the list.
  ao.removeAssignable = ao.removeAssignable or function(name)
    local index = name
    if type(name) == "string" then
      index = indexOf(ao.assignables, name)
    elseif math.type(name) ~= "integer" then
      error("index MUST be a number", 2)
    end
    if index and ao.assignables[index] then table.remove(ao.assignables, index) end
  end

  ao.isAssignment = ao.isAssignment or function(message) return message.Target ~= ao.id end

  ao.isAssignable = ao.isAssignable or function(message)
    for _, entry in ipairs(ao.assignables) do
      local result = matchesSpec(message, entry.pattern)
      if result and result ~= 0 and result ~= "skip" then return true end
    end
    return false
  end
end

return assignment
