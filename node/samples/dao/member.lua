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
  -- The dao answers what it was paid; what the token refuses never reaches it.
  local answer = Receive(function(heard)
    if heard.From == Peers.token then return heard.Tags.Action == "Transfer-Error" end
    return heard.From == Peers.dao and heard.Tags.Action == "Staked"
  end)
  note(answer.Tags.Error or "I have staked " .. answer.Tags.Stake)
  msg.reply({ Action = "Done", Error = answer.Tags.Error })
end)

Handlers.add("Unstake", "Unstake", function(msg)
  if not isOrder(msg) then return end
  Send({ Target = Peers.dao, Action = "Unstake", Quantity = msg.Tags.Quantity })
  -- It is done when the coins are here: the token tells that, before or after the dao's own word.
  local answer = Receive(function(heard)
    if heard.From == Peers.dao then return heard.Tags.Action == "Unstake-Error" end
    return heard.From == Peers.token and heard.Tags.Action == "Credit-Notice" and heard.Tags.Sender == Peers.dao
      and heard.Tags["X-Reason"] == "unstaked"
  end)
  note(answer.Tags.Error or "Unstake is done")
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

-- Gives coins to another member; done when the token has said so, or refused it.
Handlers.add("Give", "Give", function(msg)
  if not isOrder(msg) then return end
  local answer = Send({ Target = Peers.token, Action = "Transfer", Recipient = Peers[msg.Tags.To], Quantity = msg.Tags.Quantity }).receive()
  note(answer.Tags.Error or "Gave " .. msg.Tags.Quantity .. " to " .. msg.Tags.To)
  msg.reply({ Action = "Done" })
end)

Handlers.add("Unstaked", { Action = "Unstaked", From = isFrom("dao") }, function(msg) print("Still staked: " .. msg.Tags.Stake) end)
Handlers.add("Decided", { Action = "Decided", From = isFrom("dao") }, function(msg)
  note("Proposal " .. msg.Tags.Proposal .. " is " .. msg.Tags.State)
end)
Handlers.add("Credit-Notice", { Action = "Credit-Notice", From = isFrom("token") }, function(msg) note("Got " .. msg.Tags.Quantity) end)
Handlers.add("Debit-Notice", { Action = "Debit-Notice", From = isFrom("token") }, function(msg) print("Paid " .. msg.Tags.Quantity) end)
