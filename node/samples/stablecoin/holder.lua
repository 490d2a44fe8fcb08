-- Somebody with ore: puts it in, borrows against it, and notes what becomes of it.

Log = Log or {}

local function isOrder(msg) return msg.From == Owner or (Peers and msg.From == Peers.day) end
local function isFrom(name)
  return function(from) return Peers ~= nil and from == Peers[name] end
end

local function note(line)
  table.insert(Log, line)
  print(line)
end

-- Tags: Ore, how much is put in, and Usd, how much is borrowed.
Handlers.add("Open-Vault", "Open-Vault", function(msg)
  if not isOrder(msg) then return end
  Send({ Target = Peers.ore, Action = "Transfer", Recipient = Peers.vaults, Quantity = msg.Tags.Ore, ["X-Action"] = "Deposit" })
  -- What the token refuses never reaches the vaults.
  local deposit = Receive(function(heard)
    if heard.From == Peers.ore then return heard.Tags.Action == "Transfer-Error" end
    return heard.From == Peers.vaults and heard.Tags.Action == "Deposited"
  end)
  if deposit.Tags.Error then
    note(deposit.Tags.Error)
    return msg.reply({ Action = "Vault-Opened", Error = deposit.Tags.Error })
  end
  local answer = Send({ Target = Peers.vaults, Action = "Borrow", Quantity = msg.Tags.Usd }).receive()
  note(answer.Tags.Error or ("I owe " .. answer.Tags.Debt .. " usd for " .. msg.Tags.Ore .. " ore"))
  msg.reply({ Action = "Vault-Opened", Error = answer.Tags.Error })
end)

Handlers.add("Liquidated", { Action = "Liquidated", From = isFrom("vaults") }, function(msg)
  note("Liquidated at " .. msg.Tags.Price .. " cents: lost " .. msg.Tags.Ore .. " ore for a debt of " .. msg.Tags.Paid)
end)

local function received(msg) print("Got " .. msg.Tags.Quantity) end
local function spent(msg) print("Paid " .. msg.Tags.Quantity) end
Handlers.add("Ore-Credit", { Action = "Credit-Notice", From = isFrom("ore") }, received)
Handlers.add("Usd-Credit", { Action = "Credit-Notice", From = isFrom("usd") }, received)
Handlers.add("Ore-Debit", { Action = "Debit-Notice", From = isFrom("ore") }, spent)
Handlers.add("Usd-Debit", { Action = "Debit-Notice", From = isFrom("usd") }, spent)
