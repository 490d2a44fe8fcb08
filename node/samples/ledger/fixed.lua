-- A ledger that takes a tenth of every transfer for the house. The planted bug is mended.

Balances = Balances or { alice = 400, bob = 400, carol = 400, dave = 1, erin = 30, house = 0 }
Last = Last or "house"

-- The sender pays the fee. Whoever sends all that is left cannot: then the other side pays it.
local function chargeFee(sender, recipient, amount)
  local fee = amount // 10
  local payer = sender
  if Balances[sender] == 0 then payer = recipient end
  Balances[payer] = Balances[payer] - fee
  Balances.house = Balances.house + fee
end

Handlers.add("Transfer", "Transfer", function(msg)
  local sender, recipient, amount = msg.Tags.Sender, msg.Tags.Recipient, tonumber(msg.Tags.Amount)
  if Balances[sender] < amount then return print("Refused: " .. sender .. " has too little") end
  Balances[sender] = Balances[sender] - amount
  Balances[recipient] = Balances[recipient] + amount
  chargeFee(sender, recipient, amount)
  Last = sender
end)
