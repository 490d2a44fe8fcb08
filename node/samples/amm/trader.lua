-- A trader: pays the pool through the tokens, waits for the pool's word, and tells whoever gave the order.

local bint = require(".bint")(256)

-- What this trader did, and what all of it has brought: what the tokens credited less what they debited.
Log = Log or {}
Gain = Gain or { gold = "0", silver = "0" }

local function isOrder(msg) return msg.From == Owner or (Peers and msg.From == Peers.day) end

local function note(line)
  table.insert(Log, line)
  print(line)
end

local function isFromToken(from) return Peers ~= nil and (from == Peers.gold or from == Peers.silver) end

local function count(msg, sign)
  local token = msg.From == Peers.gold and "gold" or "silver"
  Gain[token] = tostring(bint(Gain[token]) + bint(msg.Tags.Quantity) * sign)
end

-- What is paid in reaches the pool as a Credit-Notice of the token; the tags X-… say what it is for.
local function pay(token, quantity, purpose)
  purpose.Target, purpose.Action = Peers[token], "Transfer"
  purpose.Recipient, purpose.Quantity = Peers.pool, quantity
  return Send(purpose)
end

-- Receive lets other messages be handled until the pool has answered; what a token refuses to pay never reaches the pool.
local function awaitPool(...)
  local wanted = {}
  for _, action in ipairs({ ... }) do wanted[action] = true end
  return Receive(function(msg)
    if isFromToken(msg.From) then return msg.Tags.Action == "Transfer-Error" end
    return msg.From == Peers.pool and wanted[msg.Tags.Action] == true
  end)
end

-- Both halves of a deposit, the second once the first is paid; the answer of the pool, or of the token that refused.
local function payBoth(gold, silver)
  local first = pay("gold", gold, { ["X-Action"] = "Provide" }).receive()
  if first.Tags.Error then return first end
  count(first, -1) -- who receives a message takes it from the handlers
  pay("silver", silver, { ["X-Action"] = "Provide" })
  local answer = awaitPool("Provide-Confirmation")
  if answer.Tags.Error then Send({ Target = Peers.pool, Action = "Cancel" }).receive() end
  return answer
end

Handlers.add("Provide", "Provide", function(msg)
  if not isOrder(msg) then return end
  local answer = payBoth(msg.Tags.Gold, msg.Tags.Silver)
  note(answer.Tags.Error and "Provided nothing: " .. answer.Tags.Error or "Provided for " .. answer.Tags.Shares .. " shares")
  msg.reply({ Action = "Provided", Shares = answer.Tags.Shares, Error = answer.Tags.Error })
end)

-- Pay: gold or silver; Quantity; Min-Out: the least that is taken for it.
Handlers.add("Swap", "Swap", function(msg)
  if not isOrder(msg) then return end
  pay(msg.Tags.Pay, msg.Tags.Quantity, { ["X-Action"] = "Swap", ["X-Min-Out"] = msg.Tags["Min-Out"] })
  local answer = awaitPool("Swap-Confirmation", "Swap-Refused")
  if answer.Tags.Error then
    note("Swap refused: " .. answer.Tags.Error)
  else
    note("Paid " .. msg.Tags.Quantity .. " " .. msg.Tags.Pay .. " and got " .. answer.Tags.Out)
  end
  msg.reply({ Action = "Swapped", Out = answer.Tags.Out or "0", Error = answer.Tags.Error })
end)

Handlers.add("Withdraw", "Withdraw", function(msg)
  if not isOrder(msg) then return end
  Send({ Target = Peers.pool, Action = "Withdraw", Shares = msg.Tags.Shares })
  local answer = awaitPool("Withdraw-Confirmation", "Withdraw-Error")
  note(answer.Tags.Error or ("Withdrew " .. answer.Tags.Gold .. " gold and " .. answer.Tags.Silver .. " silver"))
  msg.reply({ Action = "Withdrawn" })
end)

Handlers.add("Credit-Notice", { Action = "Credit-Notice", From = isFromToken }, function(msg) count(msg, 1) end)
Handlers.add("Debit-Notice", { Action = "Debit-Notice", From = isFromToken }, function(msg) count(msg, -1) end)
