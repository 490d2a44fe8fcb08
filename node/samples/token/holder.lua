-- A holder keeps an account with the token process and notes what the token tells it.

Received = Received or {}
Sent = Sent or {}

-- Only notices of our own token count: anyone may send a message that merely looks like one.
local function isFromToken(from) return Peers ~= nil and from == Peers.token end

-- The owner asks this holder to pay: Recipient (a name of aoscope.json, an id or an address) and Quantity.
Handlers.add("Pay", "Pay", function(msg)
  if msg.From ~= Owner then
    print("Only the owner spends")
    return
  end
  local recipient = Peers[msg.Tags.Recipient] or msg.Tags.Recipient
  print("Paying " .. msg.Tags.Quantity .. " to " .. msg.Tags.Recipient)
  Send({ Target = Peers.token, Action = "Transfer", Recipient = recipient, Quantity = msg.Tags.Quantity })
end)

Handlers.add("Credit-Notice", { Action = "Credit-Notice", From = isFromToken }, function(msg)
  table.insert(Received, { from = msg.Tags.Sender, quantity = msg.Tags.Quantity })
  print(msg.Data)
end)

Handlers.add("Debit-Notice", { Action = "Debit-Notice", From = isFromToken }, function(msg)
  table.insert(Sent, { to = msg.Tags.Recipient, quantity = msg.Tags.Quantity })
  print(msg.Data)
end)

Handlers.add("Transfer-Error", { Action = "Transfer-Error", From = isFromToken }, function(msg)
  print("The token refused: " .. msg.Tags.Error)
end)
