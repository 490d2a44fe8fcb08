-- Sends the orders of a trading day to the traders, one round at a time. Every order has a number of its own.

Sent = Sent or 0

local function order(trader, payee, quantity, kind, number)
  Sent = Sent + 1
  Send({ Target = Peers[trader], Action = kind, Payee = Peers[payee], Quantity = tostring(quantity), Order = number })
end

Handlers.add("Round", "Round", function(msg)
  local round, traders = tonumber(msg.Tags.Round), tonumber(msg.Tags.Traders)
  for trader = 1, traders do
    local payee = (trader * 7 + round) % traders + 1
    if payee == trader then payee = trader % traders + 1 end
    local quantity = 1 + (trader * 5 + round * 3) % 9
    order("trader-" .. trader, "trader-" .. payee, quantity, "Order", round .. "-" .. trader)
  end
  if msg.Tags.Express then
    -- An express order must not get lost on its way: it is sent twice.
    order("trader-3", "trader-1", tonumber(msg.Tags.Express), "Express", round .. "-x")
    order("trader-3", "trader-1", tonumber(msg.Tags.Express), "Express", round .. "-x")
  end
end)
