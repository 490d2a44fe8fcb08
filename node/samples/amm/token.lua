-- A token as the standard has it. Gold and silver are both made from this file.

local bint = require(".bint")(256)
local json = require("json")

Ticker = Ticker or Name:upper()
-- What there is at the beginning. "needs" in aoscope.json sees to it that Peers is there when this process boots.
Balances = Balances or {}
if Peers and not next(Balances) then
  Balances[Peers.ada] = "20000"
  Balances[Peers.ben] = "10000"
end

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
  msg.reply({ Action = "Transfer-Error", Error = reason })
end

Handlers.add("Info", "Info", function(msg)
  msg.reply({ Name = Name, Ticker = Ticker, Denomination = "0" })
end)

Handlers.add("Balance", "Balance", function(msg)
  local account = msg.Tags.Recipient or msg.From
  local balance = Balances[account] or "0"
  msg.reply({ Account = account, Balance = balance, Ticker = Ticker, Data = balance })
end)

Handlers.add("Balances", "Balances", function(msg)
  msg.reply({ Ticker = Ticker, Data = json.encode(Balances) })
end)

Handlers.add("Transfer", "Transfer", function(msg)
  local quantity, recipient = quantityOf(msg), msg.Tags.Recipient
  if not quantity or not recipient then return refuse(msg, "Quantity and Recipient are needed") end
  local held = bint(Balances[msg.From] or "0")
  if held < bint(quantity) then return refuse(msg, "insufficient balance") end

  Balances[msg.From] = tostring(held - bint(quantity))
  Balances[recipient] = tostring(bint(Balances[recipient] or "0") + bint(quantity))
  print("Moved " .. quantity .. " " .. Ticker)
  if msg.Tags.Cast then return end
  msg.reply(notice(msg, { Action = "Debit-Notice", Recipient = recipient, Quantity = quantity }))
  Send(notice(msg, { Target = recipient, Action = "Credit-Notice", Sender = msg.From, Quantity = quantity }))
end)
