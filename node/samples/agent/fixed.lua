-- An agent: hears every price, decides by itself, and trades. The planted bug is mended.

local bint = require(".bint")(256)

-- The newest prices, the oldest first; what the agent owns, as the market told it; what it did and when.
Prices = Prices or {}
Account = Account or { cash = "0", coins = "0" }
Trades = Trades or {}
LastTrade = LastTrade or 0
-- A decision is on its way; the next one waits for its answer.
Pending = Pending or false

local LONG = 4
-- Not more than one trade in so long: every one of them costs a fee.
local REST_MS = 20 * 1000

local function isOwner(from) return from == Owner end
local function isMarket(from) return Peers ~= nil and from == Peers.market end

local function sum()
  local total = 0
  for _, price in ipairs(Prices) do total = total + price end
  return total
end

-- Buy above the average, sell below it; nothing where there is nothing to do it with. Compared without dividing: whole numbers are exact.
local function decide()
  if #Prices < LONG then return nil end
  local newest, all = Prices[#Prices] * #Prices, sum()
  if newest > all and Account.coins == "0" then return "Buy" end
  if newest < all and Account.coins ~= "0" then return "Sell" end
  return nil
end

local function keep(msg) Account = { cash = msg.Tags.Cash, coins = msg.Tags.Coins } end

Handlers.add("Start", { Action = "Start", From = isOwner }, function()
  Send({ Target = Peers.market, Action = "Join" })
end)

Handlers.add("Joined", { Action = "Joined", From = isMarket }, keep)

Handlers.add("Price", { Action = "Price", From = isMarket, Price = "^%d+$" }, function(msg)
  table.insert(Prices, tonumber(msg.Tags.Price))
  if #Prices > LONG then table.remove(Prices, 1) end
  local action = decide()
  if not action or Pending then return end
  if msg.Timestamp - LastTrade < REST_MS then
    print("I would " .. action:lower() .. ", but rest")
    return
  end
  LastTrade = msg.Timestamp
  Pending = true
  print("I " .. action:lower() .. " at " .. msg.Tags.Price)
  msg.reply({ Action = action })
end)

local function traded(msg)
  keep(msg)
  Pending = false
  table.insert(Trades, { action = msg.Tags.Action, price = msg.Tags.Price, quantity = msg.Tags.Quantity, time = LastTrade })
end
Handlers.add("Bought", { Action = "Bought", From = isMarket }, traded)
Handlers.add("Sold", { Action = "Sold", From = isMarket }, traded)

-- The market had another view of the account than the agent.
local function refused(msg)
  Pending = false
  print("The market refused: " .. msg.Tags.Error)
end
Handlers.add("Buy-Error", { Action = "Buy-Error", From = isMarket }, refused)
Handlers.add("Sell-Error", { Action = "Sell-Error", From = isMarket }, refused)

local function worth() return tostring(bint(Account.cash) + bint(Account.coins) * (Prices[#Prices] or 0)) end

-- Every twenty seconds, by the agent's own cron.
Handlers.add("Report", { Action = "Report", From = isOwner }, function()
  print(#Trades .. " trades, worth " .. worth() .. " cents")
end)

Handlers.add("Info", "Info", function(msg)
  msg.reply({ Trades = tostring(#Trades), Worth = worth(), Cash = Account.cash, Coins = Account.coins })
end)
