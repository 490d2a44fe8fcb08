-- A member: joins the room, greets, and notes every line it hears.

Lines = Lines or {}
Greeting = Greeting or "Hello"

-- Only the room's word counts; Peers is set by the app after spawning.
local function isFromRoom(from) return Peers ~= nil and from == Peers.room end

local function say(text)
  Send({ Target = Peers.room, Action = "Broadcast", Data = text })
end

-- The data of Join is the greeting. Name is the process's own name, as in aoscope.json.
Handlers.add("Join", "Join", function(msg)
  if msg.Data and msg.Data ~= "" then Greeting = msg.Data end
  Send({ Target = Peers.room, Action = "Register", Nick = Name })
end)

Handlers.add("Registered", { Action = "Registered", From = isFromRoom }, function()
  say(Greeting)
end)

-- Let this member speak: send it the action Say with the text as data.
Handlers.add("Say", "Say", function(msg)
  if msg.From == Owner then say(msg.Data) end
end)

Handlers.add("Broadcasted", { Action = "Broadcasted", From = isFromRoom }, function(msg)
  table.insert(Lines, msg.Tags.Nick .. ": " .. msg.Data)
  print(msg.Tags.Nick .. ": " .. msg.Data)
end)
