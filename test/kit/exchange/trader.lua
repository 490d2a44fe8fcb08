-- Passes orders on to the ledger and counts what comes of them.

Received = Received or 0
Paid = Paid or 0
Credited = Credited or 0

local MOST = 9

local function pass(action)
  return function(msg)
    Send({ Target = Peers.ledger, Action = action, Recipient = msg.Tags.Payee, Quantity = msg.Tags.Quantity, Order = msg.Tags.Order })
  end
end

Handlers.add("Order", "Order", pass("Transfer"))
Handlers.add("Express", "Express", pass("Express-Transfer"))

Handlers.add("Credit-Notice", "Credit-Notice", function(msg)
  local quantity = tonumber(msg.Tags.Quantity)
  Credited = Credited + 1
  Received = Received + quantity
  assert(quantity <= MOST, "more than a trader takes at once: " .. quantity)
end)

Handlers.add("Debit-Notice", "Debit-Notice", function(msg)
  Paid = Paid + tonumber(msg.Tags.Quantity)
end)
