-- The oracle: wakes up every ten seconds ("cron" in aoscope.json) and tells all subscribers what ore is worth. Who subscribes hears it at once.

-- Cents of a usd for one ore, one after the other and then again.
local PRICES = { "195", "190", "176", "184", "190", "200" }

Round = Round or 0
Price = Price or "200"
Subscribers = Subscribers or {}

-- Time: when that was the price, in milliseconds.
local function tell(id, msg) Send({ Target = id, Action = "Price", Price = Price, Time = tostring(msg.Timestamp) }) end

-- A cron message comes from the owner of the process.
local function isOwner(from) return from == Owner end

Handlers.add("Subscribe", "Subscribe", function(msg)
  Subscribers[msg.From] = true
  msg.reply({ Action = "Subscribed" })
  tell(msg.From, msg)
end)

Handlers.add("Tick", { Action = "Tick", From = isOwner }, function(msg)
  Round = Round + 1
  Price = PRICES[(Round - 1) % #PRICES + 1]
  print("One ore is worth " .. Price .. " cents")
  -- The order of pairs is not the same on every machine; that of a sorted list is.
  local all = {}
  for id in pairs(Subscribers) do table.insert(all, id) end
  table.sort(all)
  for _, id in ipairs(all) do tell(id, msg) end
end)
