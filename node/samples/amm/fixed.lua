-- A pool of gold and silver in which anybody may swap one for the other. The planted bug is mended.

local bint = require(".bint")(256)

-- What the pool holds of either token, who has how many shares of it, and what was paid in for shares on one side only.
Reserves = Reserves or { gold = "0", silver = "0" }
Shares = Shares or {}
TotalShares = TotalShares or "0"
Deposits = Deposits or {}

-- The other side of a pair.
local OTHER = { gold = "silver", silver = "gold" }
-- Of what is paid in, 997 of 1000 are exchanged; the rest stays with those who provide.
local KEPT, WHOLE = 997, 1000

local function add(a, b) return tostring(bint(a) + bint(b)) end
local function subtract(a, b) return tostring(bint(a) - bint(b)) end

-- The name of the token that a message is from; nil for anybody else.
local function tokenOf(from)
  if not Peers then return nil end
  return from == Peers.gold and "gold" or from == Peers.silver and "silver" or nil
end

local function isFromToken(from) return tokenOf(from) ~= nil end

local function payOut(token, recipient, quantity, reason)
  Send({ Target = Peers[token], Action = "Transfer", Recipient = recipient, Quantity = quantity, ["X-Reason"] = reason })
end

-- The largest whole number whose square is not above n.
local function root(n)
  local low, high = bint(0), bint(1)
  while high * high <= n do high = high * 2 end
  while high - low > 1 do
    local middle = (low + high) // 2
    if middle * middle <= n then
      low = middle
    else
      high = middle
    end
  end
  return low
end

-- What comes out for `quantity` of a token: x * y stays what it was, rounded in favour of the pool.
local function outFor(token, quantity)
  local paid = bint(quantity) * KEPT
  return paid * bint(Reserves[OTHER[token]]) // (bint(Reserves[token]) * WHOLE + paid)
end

-- Gives back whatever of a deposit is beyond the ratio of the pool.
local function giveBack(token, provider, rest)
  if bint(rest) > 0 then payOut(token, provider, rest, "beyond the ratio") end
end

local function provide(provider, deposit)
  local gold, silver, minted = bint(deposit.gold), bint(deposit.silver), nil
  local total = bint(TotalShares)
  if total:iszero() then
    minted = root(gold * silver)
  else
    local byGold, bySilver = gold * total // bint(Reserves.gold), silver * total // bint(Reserves.silver)
    minted = byGold < bySilver and byGold or bySilver
    -- Rounded up: nobody gets a share for less than it is worth.
    gold = (minted * bint(Reserves.gold) + total - 1) // total
    silver = (minted * bint(Reserves.silver) + total - 1) // total
  end
  giveBack("gold", provider, subtract(deposit.gold, gold))
  giveBack("silver", provider, subtract(deposit.silver, silver))
  Reserves = { gold = add(Reserves.gold, gold), silver = add(Reserves.silver, silver) }
  Shares[provider] = add(Shares[provider] or "0", minted)
  TotalShares = add(TotalShares, minted)
  print(tostring(minted) .. " shares for " .. tostring(gold) .. " gold and " .. tostring(silver) .. " silver")
  Send({ Target = provider, Action = "Provide-Confirmation", Shares = tostring(minted) })
end

Handlers.add("Provide", { Action = "Credit-Notice", From = isFromToken, ["X-Action"] = "Provide" }, function(msg)
  local token, provider = tokenOf(msg.From), msg.Tags.Sender
  local deposit = Deposits[provider] or {}
  deposit[token] = add(deposit[token] or "0", msg.Tags.Quantity)
  Deposits[provider] = deposit
  if not (deposit.gold and deposit.silver) then return print("The first half of a deposit, in " .. token) end
  Deposits[provider] = nil
  provide(provider, deposit)
end)

-- Whoever has paid in one half only may have it back.
Handlers.add("Cancel", "Cancel", function(msg)
  local deposit = Deposits[msg.From]
  if not deposit then
    msg.reply({ Action = "Cancel-Error", Error = "no half of a deposit is here" })
    return
  end
  Deposits[msg.From] = nil
  for _, token in ipairs({ "gold", "silver" }) do
    if deposit[token] then payOut(token, msg.From, deposit[token], "cancelled") end
  end
  msg.reply({ Action = "Cancelled", Gold = deposit.gold or "0", Silver = deposit.silver or "0" })
end)

-- X-Min-Out is the slippage limit: the least that the sender takes.
Handlers.add("Swap", { Action = "Credit-Notice", From = isFromToken, ["X-Action"] = "Swap" }, function(msg)
  local token, quantity, trader = tokenOf(msg.From), msg.Tags.Quantity, msg.Tags.Sender
  local out, least = outFor(token, quantity), msg.Tags["X-Min-Out"] or ""
  local isLimited = least:match("^%d+$") and #least <= 30
  if not isLimited or out < bint(least) or out <= 0 then
    local reason = isLimited and "slippage: only " .. tostring(out) or "X-Min-Out is needed"
    print("Refused: " .. reason)
    payOut(token, trader, quantity, "refused")
    Send({ Target = trader, Action = "Swap-Refused", Error = reason })
    return
  end
  Reserves[token] = add(Reserves[token], quantity)
  Reserves[OTHER[token]] = subtract(Reserves[OTHER[token]], out)
  print(quantity .. " " .. token .. " for " .. tostring(out) .. " " .. OTHER[token])
  payOut(OTHER[token], trader, tostring(out), "swapped")
  Send({ Target = trader, Action = "Swap-Confirmation", Out = tostring(out) })
end)

-- Whatever else is paid in was not meant for the pool.
Handlers.add("Strayed", { Action = "Credit-Notice", From = isFromToken }, function(msg)
  payOut(tokenOf(msg.From), msg.Tags.Sender, msg.Tags.Quantity, "neither a swap nor a deposit")
end)

Handlers.add("Withdraw", "Withdraw", function(msg)
  local text = msg.Tags.Shares or ""
  local shares = text:match("^%d+$") and #text <= 60 and bint(text) or bint(0)
  if shares <= 0 or shares > bint(Shares[msg.From] or "0") then
    msg.reply({ Action = "Withdraw-Error", Error = "not so many shares" })
    return
  end
  local paid, total = {}, bint(TotalShares)
  for _, token in ipairs({ "gold", "silver" }) do
    paid[token] = tostring(bint(Reserves[token]) * shares // total)
    Reserves[token] = subtract(Reserves[token], paid[token])
    if bint(paid[token]) > 0 then payOut(token, msg.From, paid[token], "withdrawn") end
  end
  Shares[msg.From] = subtract(Shares[msg.From], shares)
  TotalShares = subtract(TotalShares, shares)
  print("Paid out " .. paid.gold .. " gold and " .. paid.silver .. " silver")
  msg.reply({ Action = "Withdraw-Confirmation", Gold = paid.gold, Silver = paid.silver })
end)

-- The token says that a payment of the pool went through.
Handlers.add("Debit-Notice", { Action = "Debit-Notice", From = isFromToken }, function(msg)
  print("Paid " .. msg.Tags.Quantity .. " " .. tokenOf(msg.From) .. ": " .. (msg.Tags["X-Reason"] or "?"))
end)

-- A token refuses to pay out only what this pool does not have: then its books are wrong.
Handlers.add("Transfer-Error", { Action = "Transfer-Error", From = isFromToken }, function(msg)
  print("A payment in " .. tokenOf(msg.From) .. " failed: " .. msg.Tags.Error)
end)

Handlers.add("Quote", "Quote", function(msg)
  local token, text = msg.Tags.Pay or "", msg.Tags.Quantity or ""
  if not OTHER[token] or #text > 30 or not text:match("^%d+$") or Reserves[token] == "0" then
    msg.reply({ Action = "Quote-Error", Error = "Pay and Quantity are needed, and a pool that is not empty" })
    return
  end
  msg.reply({ Action = "Quoted", Out = tostring(outFor(token, text)) })
end)

Handlers.add("Info", "Info", function(msg)
  msg.reply({ Gold = Reserves.gold, Silver = Reserves.silver, Shares = TotalShares })
end)
