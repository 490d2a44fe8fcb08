-- Pong plays back every ball it gets.

Returned = Returned or 0

Handlers.add("Ping", "Ping", function(msg)
  Returned = Returned + 1
  print("Ball " .. msg.Tags.Count .. " comes back")
  -- msg.reply goes to whoever sent the message.
  msg.reply({ Action = "Pong", Count = msg.Tags.Count })
end)

-- Try it: lose a ball. Put this line first in the handler above, evaluate the file into pong, start ping again,
-- and look in the flow for the message that nothing follows:
--   if msg.Tags.Count == "3" then return end
