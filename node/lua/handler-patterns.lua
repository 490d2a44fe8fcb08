-- ".handlers-utils": ready-made patterns and handles.
local matchesSpec = require(".utils").matchesSpec

local utils = { _version = "0.0.2" }

function utils.hasMatchingTag(name, value)
  assert(type(name) == "string" and type(value) == "string", "invalid arguments: (name : string, value : string)")
  return function(message) return message.Tags[name] == value end
end

function utils.hasMatchingTagOf(name, values)
  assert(type(name) == "string" and type(values) == "table", "invalid arguments: (name : string, values : string[])")
  return function(message)
    for _, value in ipairs(values) do
      if message.Tags[name] == value then return true end
    end
    return 0
  end
end

function utils.hasMatchingData(value)
  assert(type(value) == "string", "invalid arguments: (value : string)")
  return function(message) return message.Data == value end
end

-- A handle that answers with a text or a whole message.
function utils.reply(input)
  assert(type(input) == "table" or type(input) == "string", "invalid arguments: (input : table or string)")
  return function(message)
    if type(input) == "string" then return message.reply({ Data = input }) end
    return message.reply(require(".ao").clone(input))
  end
end

-- The same pattern, but handlers further down get the message as well.
function utils.continue(pattern)
  return function(message)
    local result = matchesSpec(message, pattern)
    if not result or result == 0 or result == "skip" then return result or false end
    return 1
  end
end

return utils
