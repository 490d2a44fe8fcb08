-- Who holds how much. A transfer that cannot be paid is refused, and so is every one from or to an account in debt, which
-- stands still. An express transfer was checked by the router, says the router.

Balances = Balances or {}
Transfers = Transfers or 0

local START = 100

local function move(from, to, quantity, order)
  Balances[from] = (Balances[from] or START) - quantity
  Balances[to] = (Balances[to] or START) + quantity
  Transfers = Transfers + 1
  Send({ Target = to, Action = "Credit-Notice", Quantity = tostring(quantity), Order = order })
  Send({ Target = from, Action = "Debit-Notice", Quantity = tostring(quantity), Order = order })
end

Handlers.add("Transfer", "Transfer", function(msg)
  local from, to, quantity = msg.From, msg.Tags.Recipient, tonumber(msg.Tags.Quantity)
  local has = Balances[from] or START
  if has < quantity or (Balances[to] or START) < 0 then return print("Refused: " .. msg.Tags.Order) end
  move(from, to, quantity, msg.Tags.Order)
end)

Handlers.add("Express", "Express-Transfer", function(msg)
  move(msg.From, msg.Tags.Recipient, tonumber(msg.Tags.Quantity), msg.Tags.Order)
end)
