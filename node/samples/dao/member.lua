-- A member: carries out orders, waits for the answer, and tells whoever gave the order.

Log = Log or {}

local function isOrder(msg) return msg.From == Owner or (Peers and msg.From == Peers.day) end
local function isFrom(name)
  return function(from) return Peers ~= nil and from == Peers[name] end
end

local function note(line)
  table.insert(Log, line)
  print(line)
end

local function ask(what)
  what.Target = Peers.dao
  local answer = Send(what).receive()
  note(answer.Tags.Error or what.Action .. " is done")
  return answer
end

Handlers.add("Stake", "Stake", function(msg)
  if not isOrder(msg) then return end
  Send({ Target = Peers.token, Action = "Transfer", Recipient = Peers.dao, Quantity = msg.Tags.Quantity, ["X-Action"] = "Stake" })
  local answer = Receive({ From = Peers.dao, Action = "Staked" })
  note("I have staked " .. answer.Tags.Stake)
  msg.reply({ Action = "Done" })
end)

Handlers.add("Unstake", "Unstake", function(msg)
  if not isOrder(msg) then return end
  local answer = ask({ Action = "Unstake", Quantity = msg.Tags.Quantity })
  -- The coins themselves come from the token.
  if not answer.Tags.Error then Receive({ From = Peers.token, Action = "Credit-Notice" }) end
  msg.reply({ Action = "Done", Error = answer.Tags.Error })
end)

Handlers.add("Propose", "Propose", function(msg)
  if not isOrder(msg) then return end
  local answer = ask({ Action = "Propose", Recipient = msg.Tags.Recipient, Quantity = msg.Tags.Quantity })
  msg.reply({ Action = "Done", Proposal = answer.Tags.Proposal })
end)

Handlers.add("Vote", "Vote", function(msg)
  if not isOrder(msg) then return end
  ask({ Action = "Vote", Proposal = msg.Tags.Proposal, Side = msg.Tags.Side })
  msg.reply({ Action = "Done" })
end)

-- Gives coins to another member; done when the token has said so.
Handlers.add("Give", "Give", function(msg)
  if not isOrder(msg) then return end
  local answer = Send({ Target = Peers.token, Action = "Transfer", Recipient = Peers[msg.Tags.To], Quantity = msg.Tags.Quantity }).receive()
  note(answer.Tags.Error or "Gave " .. msg.Tags.Quantity .. " to " .. msg.Tags.To)
  msg.reply({ Action = "Done" })
end)

Handlers.add("Decided", { Action = "Decided", From = isFrom("dao") }, function(msg)
  note("Proposal " .. msg.Tags.Proposal .. " is " .. msg.Tags.State)
end)
Handlers.add("Credit-Notice", { Action = "Credit-Notice", From = isFrom("token") }, function(msg) note("Got " .. msg.Tags.Quantity) end)
Handlers.add("Debit-Notice", { Action = "Debit-Notice", From = isFrom("token") }, function(msg) print("Paid " .. msg.Tags.Quantity) end)
