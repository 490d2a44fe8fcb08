-- Whoever puts in ore borrows usd against it. It has a planted bug: see README.md.

local bint = require(".bint")(256)

-- What ore is worth, in cents of a usd, and since when; nothing before the oracle has spoken.
Price = Price or "0"
PricedAt = PricedAt or 0
-- What everybody has put in (ore) and owes (debt), in the order in which they came.
Vaults = Vaults or {}
Holders = Holders or {}

-- A vault is safe while its ore is worth 150 % of its debt. Who pays the debt of one that is not gets ore worth 110 % of it.
local SAFE, BONUS = 150, 110
-- A price that is older is not lent upon: the oracle speaks every ten seconds.
local FRESH_MS = 30 * 1000

local function add(a, b) return tostring(bint(a) + bint(b)) end
local function subtract(a, b) return tostring(bint(a) - bint(b)) end

local function isPeer(name)
  return function(from) return Peers ~= nil and from == Peers[name] end
end

-- A name of aoscope.json for an id, to read in the output.
local function nameOf(id)
  for name, one in pairs(Peers or {}) do
    if one == id then return name end
  end
  return id
end

local function vaultOf(id)
  if not Vaults[id] then
    Vaults[id] = { ore = "0", debt = "0" }
    table.insert(Holders, id)
  end
  return Vaults[id]
end

local function isStale(msg) return tonumber(msg.Timestamp) - PricedAt > FRESH_MS end

-- Both sides in cents: a usd has a hundred of them, and SAFE counts in hundredths.
local function isSafe(ore, debt) return bint(ore) * bint(Price) >= bint(debt) * SAFE end

-- Without ore there is nothing to get for paying a debt.
local function isSeizable(vault) return vault.ore ~= "0" and not isSafe(vault.ore, vault.debt) end

local function refuse(msg, reason)
  print("Refused: " .. reason)
  msg.reply({ Action = msg.Tags.Action .. "-Error", Error = reason })
end

-- A whole number above zero, as text; nil for anything else.
local function quantityOf(msg)
  local text = msg.Tags.Quantity
  if type(text) ~= "string" or #text > 30 or not text:match("^%d+$") or text:match("^0+$") then return nil end
  return tostring(bint(text))
end

local function pay(token, recipient, quantity, reason)
  if bint(quantity) > 0 then
    Send({ Target = Peers[token], Action = "Transfer", Recipient = recipient, Quantity = tostring(quantity), ["X-Reason"] = reason })
  end
end

-- What was paid back exists no longer.
local function burn(quantity)
  if bint(quantity) > 0 then Send({ Target = Peers.usd, Action = "Burn", Quantity = quantity }) end
end

Handlers.add("Open", "Open", function(msg)
  if msg.From == Owner then Send({ Target = Peers.oracle, Action = "Subscribe" }) end
end)

Handlers.add("Price", "Price", function(msg)
  local price, time = msg.Tags.Price or "", tonumber(msg.Tags.Time or "")
  if not price:match("^[1-9]%d*$") or #price > 30 or not time then return print("That is no price") end
  -- Messages may overtake each other: an older price does not undo a newer one.
  if time <= PricedAt then return print("That price is old") end
  Price, PricedAt = price, time
  for _, id in ipairs(Holders) do
    local vault = Vaults[id]
    if isSeizable(vault) then
      print("The vault of " .. nameOf(id) .. " is not safe at " .. Price .. " cents")
      Send({ Target = Peers.keeper, Action = "Unsafe", Vault = id, Debt = vault.debt })
    end
  end
end)

Handlers.add("Deposit", { Action = "Credit-Notice", From = isPeer("ore"), ["X-Action"] = "Deposit" }, function(msg)
  local vault = vaultOf(msg.Tags.Sender)
  vault.ore = add(vault.ore, msg.Tags.Quantity)
  print(nameOf(msg.Tags.Sender) .. " has put in " .. vault.ore .. " ore")
  Send({ Target = msg.Tags.Sender, Action = "Deposited", Ore = vault.ore })
end)

Handlers.add("Borrow", "Borrow", function(msg)
  local quantity, vault = quantityOf(msg), Vaults[msg.From]
  if not quantity or not vault then return refuse(msg, "a Quantity and a deposit are needed") end
  if isStale(msg) then return refuse(msg, "the oracle has told no price of late") end
  local debt = add(vault.debt, quantity)
  if not isSafe(vault.ore, debt) then return refuse(msg, "too little ore for " .. debt .. " usd") end
  vault.debt = debt
  print(nameOf(msg.From) .. " owes " .. debt .. " usd")
  Send({ Target = Peers.usd, Action = "Mint", Recipient = msg.From, Quantity = quantity })
  msg.reply({ Action = "Borrowed", Debt = debt })
end)

-- Whatever is paid beyond the debt goes back.
Handlers.add("Repay", { Action = "Credit-Notice", From = isPeer("usd"), ["X-Action"] = "Repay" }, function(msg)
  local payer, quantity = msg.Tags.Sender, msg.Tags.Quantity
  local debt = Vaults[payer] and Vaults[payer].debt or "0"
  local paid = bint(quantity) > bint(debt) and debt or quantity
  if Vaults[payer] then Vaults[payer].debt = subtract(debt, paid) end
  burn(paid)
  pay("usd", payer, subtract(quantity, paid), "more than the debt")
  Send({ Target = payer, Action = "Repaid", Debt = subtract(debt, paid) })
end)

Handlers.add("Withdraw", "Withdraw", function(msg)
  local quantity, vault = quantityOf(msg), Vaults[msg.From]
  if not quantity or not vault or bint(quantity) > bint(vault.ore) then return refuse(msg, "not so much ore") end
  if vault.debt ~= "0" and isStale(msg) then return refuse(msg, "the oracle has told no price of late") end
  local left = subtract(vault.ore, quantity)
  if not isSafe(left, vault.debt) then return refuse(msg, "the debt needs that ore") end
  vault.ore = left
  pay("ore", msg.From, quantity, "withdrawn")
  msg.reply({ Action = "Withdrawn", Ore = left })
end)

-- X-Vault: whose debt is paid. All of the debt, or a part of it.
Handlers.add("Liquidate", { Action = "Credit-Notice", From = isPeer("usd"), ["X-Action"] = "Liquidate" }, function(msg)
  local payer, quantity, vault = msg.Tags.Sender, msg.Tags.Quantity, Vaults[msg.Tags["X-Vault"] or ""]
  if not vault or not isSeizable(vault) then
    print("Nothing to liquidate")
    return pay("usd", payer, quantity, "nothing to liquidate")
  end
  local paid = bint(quantity) > bint(vault.debt) and vault.debt or quantity
  local seized = bint(paid) * BONUS // bint(Price)
  -- Nobody pays for more ore than there is (rounded up, in favour of the vault). The rest of the debt stays.
  if seized > bint(vault.ore) then
    seized = bint(vault.ore)
    paid = tostring((seized * bint(Price) + BONUS - 1) // BONUS)
  end
  vault.debt = subtract(vault.debt, paid)
  vault.ore = subtract(vault.ore, seized)
  print(nameOf(payer) .. " pays " .. paid .. " usd for " .. nameOf(msg.Tags["X-Vault"]) .. " and gets " .. tostring(seized) .. " ore")
  burn(paid)
  pay("usd", payer, subtract(quantity, paid), "more than was needed")
  pay("ore", payer, seized, "liquidated")
  Send({ Target = msg.Tags["X-Vault"], Action = "Liquidated", Paid = paid, Ore = tostring(seized), Price = Price })
end)

local function isFromToken(from) return isPeer("ore")(from) or isPeer("usd")(from) end

-- Whatever else is paid in was not meant for the vaults.
Handlers.add("Strayed", { Action = "Credit-Notice", From = isFromToken }, function(msg)
  pay(nameOf(msg.From), msg.Tags.Sender, msg.Tags.Quantity, "no known X-Action")
end)

Handlers.add("Subscribed", { Action = "Subscribed", From = isPeer("oracle") }, function() print("The oracle will tell") end)

-- What the tokens tell of payments of the vaults themselves.
Handlers.add("Debit-Notice", { Action = "Debit-Notice", From = isFromToken }, function(msg)
  print("Paid " .. msg.Tags.Quantity .. " " .. nameOf(msg.From))
end)
-- A token refuses only what the vaults do not have: then their books are wrong.
Handlers.add("Token-Error", { Action = "%-Error$", From = isFromToken }, function(msg)
  print(msg.Tags.Action .. " of " .. nameOf(msg.From) .. ": " .. msg.Tags.Error)
end)

Handlers.add("Vault", "Vault", function(msg)
  local vault = Vaults[msg.Tags.Holder or msg.From] or { ore = "0", debt = "0" }
  msg.reply({ Ore = vault.ore, Debt = vault.debt, Price = Price, Safe = tostring(isSafe(vault.ore, vault.debt)) })
end)
