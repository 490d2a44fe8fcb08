-- A token as the standard has it. Ore, the collateral, and usd, the stablecoin, are both made from this file.

local bint = require(".bint")(256)
local json = require("json")

Ticker = Ticker or Name:upper()
-- Ore is there from the beginning ("needs" in aoscope.json: Peers is known at boot); usd is only ever lent out by the vaults.
Balances = Balances or {}
Supply = Supply or "0"
if Peers and Name == "ore" and not next(Balances) then
  Balances[Peers.ada] = "2000"
  Balances[Peers.ben] = "2000"
  Balances[Peers.keeper] = "6000"
  Supply = "10000"
end

local function add(a, b) return tostring(bint(a) + bint(b)) end
local function subtract(a, b) return tostring(bint(a) - bint(b)) end

-- Who lends usd may make and destroy it. Nobody makes ore.
local function isMinter(from) return Name == "usd" and Peers ~= nil and from == Peers.vaults end

-- A whole number above zero, as text; nil for anything else. 30 digits leave room to multiply two of them.
local function quantityOf(msg)
  local text = msg.Tags.Quantity
  if type(text) ~= "string" or #text > 30 or not text:match("^%d+$") or text:match("^0+$") then return nil end
  return tostring(bint(text))
end

-- Tags that begin with X- are for whoever gets the notice: the token hands them on unread.
local function notice(msg, fields)
  for name, value in pairs(msg.Tags) do
    if name:sub(1, 2) == "X-" and name ~= "X-Reference" and name ~= "X-Origin" then fields[name] = value end
  end
  return fields
end

local function refuse(msg, reason)
  print("Refused: " .. reason)
  msg.reply({ Action = msg.Tags.Action .. "-Error", Error = reason })
end

Handlers.add("Info", "Info", function(msg)
  msg.reply({ Name = Name, Ticker = Ticker, Denomination = "0", Supply = Supply })
end)

Handlers.add("Balance", "Balance", function(msg)
  local account = msg.Tags.Recipient or msg.From
  local balance = Balances[account] or "0"
  msg.reply({ Account = account, Balance = balance, Ticker = Ticker, Data = balance })
end)

Handlers.add("Balances", "Balances", function(msg)
  msg.reply({ Ticker = Ticker, Data = json.encode(Balances) })
end)

Handlers.add("Mint", "Mint", function(msg)
  local quantity, recipient = quantityOf(msg), msg.Tags.Recipient
  if not isMinter(msg.From) then return refuse(msg, "only the vaults mint") end
  if not quantity or not recipient then return refuse(msg, "Quantity and Recipient are needed") end
  Balances[recipient] = add(Balances[recipient] or "0", quantity)
  Supply = add(Supply, quantity)
  print("Minted " .. quantity .. " " .. Ticker)
  Send({ Target = recipient, Action = "Credit-Notice", Sender = msg.From, Quantity = quantity })
end)

Handlers.add("Burn", "Burn", function(msg)
  local quantity = quantityOf(msg)
  if not isMinter(msg.From) then return refuse(msg, "only the vaults burn") end
  if not quantity or bint(Balances[msg.From] or "0") < bint(quantity) then return refuse(msg, "insufficient balance") end
  Balances[msg.From] = subtract(Balances[msg.From], quantity)
  Supply = subtract(Supply, quantity)
  print("Burned " .. quantity .. " " .. Ticker)
  msg.reply({ Action = "Debit-Notice", Quantity = quantity })
end)

Handlers.add("Transfer", "Transfer", function(msg)
  local quantity, recipient = quantityOf(msg), msg.Tags.Recipient
  if not quantity or not recipient then return refuse(msg, "Quantity and Recipient are needed") end
  if bint(Balances[msg.From] or "0") < bint(quantity) then return refuse(msg, "insufficient balance") end
  Balances[msg.From] = subtract(Balances[msg.From], quantity)
  Balances[recipient] = add(Balances[recipient] or "0", quantity)
  print("Moved " .. quantity .. " " .. Ticker)
  if msg.Tags.Cast then return end
  msg.reply(notice(msg, { Action = "Debit-Notice", Recipient = recipient, Quantity = quantity }))
  Send(notice(msg, { Target = recipient, Action = "Credit-Notice", Sender = msg.From, Quantity = quantity }))
end)
