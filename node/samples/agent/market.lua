-- A market that tells its price every two seconds, and buys and sells at it for a fee.

local bint = require(".bint")(256)

-- Cents for a coin. It goes up and down quickly around a slow wave.
local PRICES = {
  98, 104, 103, 109, 107, 112, 109, 114, 110, 113, 108, 111, 105, 107, 100,
  102, 96, 97, 91, 93, 88, 91, 86, 90, 87, 92, 89, 95, 93, 100,
}

Round = Round or 0
Price = Price or tostring(PRICES[1])
Subscribers = Subscribers or {}
-- Cash in cents and coins, by account.
Accounts = Accounts or {}

-- Of every trade the market keeps one part of so many, rounded up: no trade is free.
local FEE_PART = 100

local function feeOf(cents) return (cents + FEE_PART - 1) // FEE_PART end

local function isOwner(from) return from == Owner end

-- The order of pairs is not the same on every machine; that of a sorted list is.
local function subscribers()
  local all = {}
  for id in pairs(Subscribers) do table.insert(all, id) end
  table.sort(all)
  return all
end

local function refuse(msg, reason)
  print("Refused: " .. reason)
  msg.reply({ Action = msg.Tags.Action .. "-Error", Error = reason })
end

local function traded(msg, action, quantity)
  local account = Accounts[msg.From]
  print(action .. " " .. tostring(quantity) .. " at " .. Price)
  msg.reply({ Action = action, Quantity = tostring(quantity), Price = Price, Cash = account.cash, Coins = account.coins })
end

-- Whoever joins gets a hundred thousand cents, once, and hears every price.
Handlers.add("Join", "Join", function(msg)
  Accounts[msg.From] = Accounts[msg.From] or { cash = "100000", coins = "0" }
  Subscribers[msg.From] = true
  msg.reply({ Action = "Joined", Cash = Accounts[msg.From].cash, Coins = Accounts[msg.From].coins })
end)

Handlers.add("Leave", "Leave", function(msg) Subscribers[msg.From] = nil end)

Handlers.add("Tick", { Action = "Tick", From = isOwner }, function()
  Round = Round + 1
  Price = tostring(PRICES[(Round - 1) % #PRICES + 1])
  for _, id in ipairs(subscribers()) do Send({ Target = id, Action = "Price", Price = Price, Round = tostring(Round) }) end
end)

-- For all the cash there is, or all the coins; the fee is paid in cash.
Handlers.add("Buy", "Buy", function(msg)
  local account = Accounts[msg.From]
  local quantity = account and bint(account.cash) * (FEE_PART - 1) // (bint(Price) * FEE_PART) or bint(0)
  if quantity <= 0 then return refuse(msg, "no cash") end
  local cost = quantity * bint(Price)
  account.cash = tostring(bint(account.cash) - cost - feeOf(cost))
  account.coins = tostring(bint(account.coins) + quantity)
  traded(msg, "Bought", quantity)
end)

Handlers.add("Sell", "Sell", function(msg)
  local account = Accounts[msg.From]
  local quantity = bint(account and account.coins or "0")
  if quantity <= 0 then return refuse(msg, "no coins") end
  local gain = quantity * bint(Price)
  account.cash = tostring(bint(account.cash) + gain - feeOf(gain))
  account.coins = "0"
  traded(msg, "Sold", quantity)
end)
