-- A process in Lua that owns tokens of a contract in JavaScript: what goes between them are ordinary messages.
Purse = Purse or 0

Handlers.add("Receive", { Action = "Credit-Notice" }, function(msg)
  Purse = Purse + tonumber(msg.Quantity)
  print("Got " .. msg.Quantity .. " from " .. msg.Sender)
end)

-- Data: the id of the contract; tags: To and Quantity.
Handlers.add("Spend", { Action = "Spend" }, function(msg)
  Send({ Target = msg.Data, Action = "transfer", target = msg.To, qty = msg.Quantity })
end)
