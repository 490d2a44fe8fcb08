-- A member: subscribes to the room and notes what is said there.

Heard = Heard or {}

-- Peers holds the ids of the project's processes by their names; whom a process "needs" it knows as it boots.
Handlers.add("Join", "Join", function()
  Send({ Target = Peers.room, Action = "Subscribe" })
end)

Handlers.add("Say", "Say", function(msg)
  Send({ Target = Peers.room, Action = "Publish", Data = msg.Data })
end)

Handlers.add("Published", { Action = "Published", From = function(from) return from == Peers.room end }, function(msg)
  table.insert(Heard, msg.Data)
  print("Heard: " .. msg.Data)
end)
