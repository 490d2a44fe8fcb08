-- A room: who subscribes is told what anybody publishes.

Subscribers = Subscribers or {}

Handlers.add("Subscribe", "Subscribe", function(msg)
  Subscribers[msg.From] = true
  msg.reply({ Action = "Subscribed" })
end)

Handlers.add("Unsubscribe", "Unsubscribe", function(msg)
  Subscribers[msg.From] = nil
  msg.reply({ Action = "Unsubscribed" })
end)

Handlers.add("Publish", "Publish", function(msg)
  local told = {}
  for id in pairs(Subscribers) do table.insert(told, id) end
  -- The order of pairs is nobody's promise; that of messages should be the same each time.
  table.sort(told)
  for _, id in ipairs(told) do
    Send({ Target = id, Action = "Published", Author = msg.From, Data = msg.Data })
  end
end)
