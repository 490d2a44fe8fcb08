-- ".eval": runs code as the owner typed it.
local stringify = require(".stringify")

-- The name under which errors and stacks show the code: the file it came from, when the sender said so.
local function chunkName(message)
  local source = type(message.Tags) == "table" and message.Tags.Source or nil
  if type(source) == "string" and source ~= "" then return "@" .. source end
  return "aos"
end

return function(ao)
  -- Evaluates `message.Data` as an expression or else as statements. Its first value is shown; a second one that is
  -- not false counts as an error, so that `return nil, "why"` and `pcall` read well.
  return function(message)
    local code = message.Data
    if type(code) ~= "string" then error("there is no code to evaluate", 0) end
    local name = chunkName(message)
    local chunk = load("return " .. code, name, "t", _G)
    if not chunk then
      local problem
      chunk, problem = load(code, name, "t", _G)
      if not chunk then
        ao.outbox.Error = problem
        return
      end
    end
    local value, failure = chunk()
    if failure then
      ao.outbox.Error = failure
    elseif value then
      table.insert(HANDLER_PRINT_LOGS, type(value) == "table" and stringify.format(value) or tostring(value))
    end
  end
end
