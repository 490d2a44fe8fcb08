-- The beginning: three open a vault, one after the other. What follows, the oracle's prices bring about.

local function order(holder, ore, usd)
  Send({ Target = Peers[holder], Action = "Open-Vault", Ore = ore, Usd = usd }).receive()
end

Handlers.add("Open", "Open", function(msg)
  if msg.From ~= Owner then return end
  order("ada", "1000", "500") -- worth four times what she owes
  order("ben", "1000", "1200") -- near the limit
  order("keeper", "5000", "1900")
  print("Three vaults are open")
end)
