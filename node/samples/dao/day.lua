-- Ada wants the treasury for herself. Who does what, one after the other; the dao's cron ends the vote.

local function order(member, what)
  what.Target = Peers[member]
  return Send(what).receive()
end

Handlers.add("Open", "Open", function(msg)
  if msg.From ~= Owner then return end
  order("ada", { Action = "Stake", Quantity = "400" })
  order("ben", { Action = "Stake", Quantity = "500" })
  local proposal = order("ada", { Action = "Propose", Recipient = Peers.ada, Quantity = "1000" }).Tags.Proposal
  order("ada", { Action = "Vote", Proposal = proposal, Side = "yes" })
  order("ben", { Action = "Vote", Proposal = proposal, Side = "no" })
  -- Cleo owns a hundred coins, and is a friend of Ada's.
  order("ada", { Action = "Unstake", Quantity = "400" })
  order("ada", { Action = "Give", To = "cleo", Quantity = "400" })
  order("cleo", { Action = "Stake", Quantity = "500" })
  order("cleo", { Action = "Vote", Proposal = proposal, Side = "yes" })
  print("All have voted")
end)
