-- Whoever stakes the token decides about the treasury. The planted bug is mended.

local bint = require(".bint")(256)

-- Who has staked how much; the proposals by number: { by, recipient, quantity, ends, yes, no, voted, state }.
Stakes = Stakes or {}
TotalStaked = TotalStaked or "0"
Proposals = Proposals or {}
-- What the dao may spend: the stakes lie in the same balance at the token, but they are the members'.
Treasury = Treasury or "1000"

-- A vote is open for twenty seconds; half of all that is staked must take part.
local VOTING_MS = 20 * 1000

local function add(a, b) return tostring(bint(a) + bint(b)) end
local function subtract(a, b) return tostring(bint(a) - bint(b)) end

local function isFromToken(from) return Peers ~= nil and from == Peers.token end

-- A whole number above zero, as text; nil for anything else.
local function quantityOf(msg)
  local text = msg.Tags.Quantity
  if type(text) ~= "string" or #text > 30 or not text:match("^%d+$") or text:match("^0+$") then return nil end
  return tostring(bint(text))
end

local function refuse(msg, reason)
  print("Refused: " .. reason)
  msg.reply({ Action = msg.Tags.Action .. "-Error", Error = reason })
end

local function pay(recipient, quantity, reason)
  Send({ Target = Peers.token, Action = "Transfer", Recipient = recipient, Quantity = quantity, ["X-Reason"] = reason })
end

-- What has voted stays until the vote is over: else the same coins could vote again, from another account.
local function isBound(member)
  for _, proposal in ipairs(Proposals) do
    if proposal.state == "open" and proposal.voted[member] then return true end
  end
  return false
end

Handlers.add("Stake", { Action = "Credit-Notice", From = isFromToken, ["X-Action"] = "Stake" }, function(msg)
  local member, quantity = msg.Tags.Sender, msg.Tags.Quantity
  Stakes[member] = add(Stakes[member] or "0", quantity)
  TotalStaked = add(TotalStaked, quantity)
  print(quantity .. " staked, " .. TotalStaked .. " in all")
  Send({ Target = member, Action = "Staked", Stake = Stakes[member] })
end)

Handlers.add("Unstake", "Unstake", function(msg)
  local quantity, stake = quantityOf(msg), Stakes[msg.From] or "0"
  if not quantity or bint(quantity) > bint(stake) then return refuse(msg, "not so much is staked") end
  if isBound(msg.From) then return refuse(msg, "you have voted: the stake stays until the vote is over") end
  Stakes[msg.From] = subtract(stake, quantity)
  TotalStaked = subtract(TotalStaked, quantity)
  pay(msg.From, quantity, "unstaked")
  msg.reply({ Action = "Unstaked", Stake = Stakes[msg.From] })
end)

-- Recipient and Quantity: what is to be paid out of the treasury.
Handlers.add("Propose", "Propose", function(msg)
  local quantity, recipient = quantityOf(msg), msg.Tags.Recipient
  if bint(Stakes[msg.From] or "0"):iszero() then return refuse(msg, "only who has staked proposes") end
  if not quantity or not recipient then return refuse(msg, "Quantity and Recipient are needed") end
  table.insert(Proposals, {
    by = msg.From,
    recipient = recipient,
    quantity = quantity,
    ends = tonumber(msg.Timestamp) + VOTING_MS,
    yes = "0",
    no = "0",
    voted = {},
    state = "open",
  })
  print("Proposal " .. #Proposals .. ": pay " .. quantity)
  msg.reply({ Action = "Proposed", Proposal = tostring(#Proposals) })
end)

-- Proposal and Side (yes or no). A vote weighs what its sender has staked.
Handlers.add("Vote", "Vote", function(msg)
  local proposal, side = Proposals[tonumber(msg.Tags.Proposal)], msg.Tags.Side
  local weight = Stakes[msg.From] or "0"
  if not proposal or proposal.state ~= "open" or tonumber(msg.Timestamp) >= proposal.ends then return refuse(msg, "no open proposal of that number") end
  if side ~= "yes" and side ~= "no" then return refuse(msg, "Side is yes or no") end
  if proposal.voted[msg.From] then return refuse(msg, "you have voted") end
  if bint(weight):iszero() then return refuse(msg, "nothing is staked") end
  proposal.voted[msg.From] = side
  proposal[side] = add(proposal[side], weight)
  print(weight .. " say " .. side .. ": " .. proposal.yes .. " to " .. proposal.no)
  msg.reply({ Action = "Voted", Weight = weight })
end)

-- A cron message comes from the owner of the process.
Handlers.add("Tick", { Action = "Tick", From = function(from) return from == Owner end }, function(msg)
  for number, proposal in ipairs(Proposals) do
    if proposal.state == "open" and tonumber(msg.Timestamp) >= proposal.ends then
      local yes, no = bint(proposal.yes), bint(proposal.no)
      local isCovered = bint(proposal.quantity) <= bint(Treasury)
      local isPassed = yes > no and (yes + no) * 2 >= bint(TotalStaked) and isCovered
      proposal.state = isPassed and "passed" or "rejected"
      print("Proposal " .. number .. " is " .. proposal.state .. ": " .. proposal.yes .. " to " .. proposal.no)
      if not isCovered then print("The treasury has " .. Treasury .. ", less than " .. proposal.quantity) end
      if isPassed then
        Treasury = subtract(Treasury, proposal.quantity)
        pay(proposal.recipient, proposal.quantity, "proposal " .. number)
      end
      Send({ Target = proposal.by, Action = "Decided", Proposal = tostring(number), State = proposal.state })
    end
  end
end)

-- What the token tells of payments.
Handlers.add("Debit-Notice", { Action = "Debit-Notice", From = isFromToken }, function(msg)
  print("Paid " .. msg.Tags.Quantity .. ": " .. (msg.Tags["X-Reason"] or "?"))
end)
Handlers.add("Credit-Notice", { Action = "Credit-Notice", From = isFromToken }, function(msg)
  Treasury = add(Treasury, msg.Tags.Quantity)
  print("The treasury was given " .. msg.Tags.Quantity)
end)
-- The token refuses only what this dao does not have: then its books are wrong.
Handlers.add("Transfer-Error", { Action = "Transfer-Error", From = isFromToken }, function(msg)
  print("A payment failed: " .. msg.Tags.Error)
end)

Handlers.add("Proposal", "Proposal", function(msg)
  local proposal = Proposals[tonumber(msg.Tags.Proposal)]
  if not proposal then return refuse(msg, "no proposal of that number") end
  msg.reply({ Action = "Proposal-Is", State = proposal.state, Yes = proposal.yes, No = proposal.no })
end)
