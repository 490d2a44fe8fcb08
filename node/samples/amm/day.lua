-- A day at the pool: who gives which order, one after the other. Each waits until the one before has been carried out.

local function order(trader, what)
  what.Target = Peers[trader]
  return Send(what).receive()
end

Handlers.add("Open", "Open", function(msg)
  if msg.From ~= Owner then return end
  local provided = order("ada", { Action = "Provide", Gold = "10000", Silver = "20000" })
  order("ben", { Action = "Swap", Pay = "gold", Quantity = "500", ["Min-Out"] = "940" })
  order("ben", { Action = "Swap", Pay = "silver", Quantity = "300", ["Min-Out"] = "150" })
  -- He hopes for more than the price gives: the pool refuses and pays back.
  order("ben", { Action = "Swap", Pay = "silver", Quantity = "800", ["Min-Out"] = "460" })
  order("ben", { Action = "Swap", Pay = "gold", Quantity = "200", ["Min-Out"] = "350" })
  order("ada", { Action = "Withdraw", Shares = provided.Tags.Shares })
  print("The day is over")
end)
