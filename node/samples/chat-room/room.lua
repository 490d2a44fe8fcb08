-- The room: members register, and what one of them says is told to all.

-- In the order in which they came; every member is { id = …, nick = … }.
Members = Members or {}

local function memberOf(id)
  for index, member in ipairs(Members) do
    if member.id == id then return member, index end
  end
  return nil
end

Handlers.add("Register", "Register", function(msg)
  local nick = msg.Tags.Nick or msg.From:sub(1, 6)
  local member = memberOf(msg.From)
  if member then
    member.nick = nick
  else
    table.insert(Members, { id = msg.From, nick = nick })
  end
  print(nick .. " is in the room, " .. #Members .. " in all")
  msg.reply({ Action = "Registered", Nick = nick })
end)

Handlers.add("Unregister", "Unregister", function(msg)
  local member, index = memberOf(msg.From)
  if not member then return end
  table.remove(Members, index)
  print(member.nick .. " has left")
  msg.reply({ Action = "Unregistered" })
end)

Handlers.add("Broadcast", "Broadcast", function(msg)
  local speaker = memberOf(msg.From)
  if not speaker then
    msg.reply({ Action = "Not-Registered", Data = "Register first" })
    return
  end
  print(speaker.nick .. ": " .. msg.Data)
  for _, member in ipairs(Members) do
    Send({ Target = member.id, Action = "Broadcasted", Nick = speaker.nick, Data = msg.Data })
  end
end)

Handlers.add("Members", "Members", function(msg)
  msg.reply({ Action = "Members-Are", Data = require("json").encode(Members) })
end)
