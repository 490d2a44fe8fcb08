-- ".default": takes messages that no handler wanted into the inbox, and says so.
local text = require(".aoscope.text")

local function preview(message)
  local colors = Colors
  if message.Action then
    return "Action = " .. colors.blue .. text.error(message.Action):sub(1, 20)
  end
  return "Data = " .. colors.blue .. (message.Data ~= nil and text.error(message.Data):sub(1, 20) or "")
end

return function(insertInbox)
  return function(message)
    insertInbox(message)
    local colors = Colors
    local from = type(message.From) == "string" and message.From:sub(1, 3) .. "..." .. message.From:sub(-3) or "unknown"
    print(colors.gray .. "New Message From " .. colors.green .. from .. colors.gray .. ": " .. colors.gray .. preview(message) .. colors.reset)
  end
end
