-- Pong plays back every ball it gets. At least it should: there is a bug, see README.md.

Returned = Returned or 0

-- A ball has a number; anything else that is called Ping is none.
Handlers.add("Ping", { Action = "Ping", Count = "^%d$" }, function(msg)
  Returned = Returned + 1
  print("Ball " .. msg.Tags.Count .. " comes back")
  msg.reply({ Action = "Pong", Count = msg.Tags.Count })
end)
