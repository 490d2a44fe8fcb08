-- A token: who holds how much, and the messages by which it changes hands.
-- Amounts travel as text and are counted as big integers, so none is ever rounded.

local bint = require(".bint")(256)
local json = require("json")

Title = Title or "Aoscope Coin"
Ticker = Ticker or "SCOPE"
Denomination = Denomination or "0"
Supply = Supply or "0"
Balances = Balances or {}

local function add(a, b) return tostring(bint(a) + bint(b)) end
local function subtract(a, b) return tostring(bint(a) - bint(b)) end

-- A whole number above zero, as text; nil for anything else. 70 digits are safely below 2^255.
local function quantityOf(msg)
  local text = msg.Tags.Quantity
  if type(text) ~= "string" or #text > 70 or not text:match("^%d+$") or text:match("^0+$") then return nil end
  return tostring(bint(text))
end

-- A recipient is an id or an address; a name of aoscope.json stands for its process.
local function recipientOf(msg)
  local name = msg.Tags.Recipient
  return name and (Peers and Peers[name] or name)
end

local function refuse(msg, reason)
  print("Refused: " .. reason)
  msg.reply({ Action = msg.Tags.Action .. "-Error", Error = reason })
end

Handlers.add("Info", "Info", function(msg)
  msg.reply({ Name = Title, Ticker = Ticker, Denomination = Denomination, Supply = Supply })
end)

Handlers.add("Balance", "Balance", function(msg)
  local account = recipientOf(msg) or msg.Tags.Target or msg.From
  local balance = Balances[account] or "0"
  msg.reply({ Account = account, Balance = balance, Ticker = Ticker, Data = balance })
end)

Handlers.add("Balances", "Balances", function(msg)
  msg.reply({ Ticker = Ticker, Data = json.encode(Balances) })
end)

-- Only the owner of this process makes new coins.
Handlers.add("Mint", "Mint", function(msg)
  local quantity, recipient = quantityOf(msg), recipientOf(msg)
  if msg.From ~= Owner and msg.From ~= ao.id then return refuse(msg, "only the owner mints") end
  if not quantity or not recipient then return refuse(msg, "Quantity and Recipient are needed") end

  Balances[recipient] = add(Balances[recipient] or "0", quantity)
  Supply = add(Supply, quantity)
  print("Minted " .. quantity .. " " .. Ticker)
  Send({ Target = recipient, Action = "Credit-Notice", Sender = msg.From, Quantity = quantity, Data = "You were given " .. quantity .. " " .. Ticker })
end)

-- A transfer changes two balances and tells both sides, unless the sender asks for silence with the tag Cast.
Handlers.add("Transfer", "Transfer", function(msg)
  local quantity, recipient = quantityOf(msg), recipientOf(msg)
  if not quantity or not recipient then return refuse(msg, "Quantity and Recipient are needed") end
  local held = Balances[msg.From] or "0"
  if bint(held) < bint(quantity) then return refuse(msg, "insufficient balance") end

  Balances[msg.From] = subtract(held, quantity)
  Balances[recipient] = add(Balances[recipient] or "0", quantity)
  print("Moved " .. quantity .. " " .. Ticker)
  if msg.Tags.Cast then return end
  msg.reply({ Action = "Debit-Notice", Recipient = recipient, Quantity = quantity, Data = "You sent " .. quantity .. " " .. Ticker })
  Send({ Target = recipient, Action = "Credit-Notice", Sender = msg.From, Quantity = quantity, Data = "You received " .. quantity .. " " .. Ticker })
end)
