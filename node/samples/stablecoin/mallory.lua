-- Mallory owns nothing here. She wakes up by cron, once, and says something.

Spoke = Spoke or false

Handlers.add("Wake", { Action = "Wake", From = function(from) return from == Owner end }, function(msg)
  if Spoke then return end
  Spoke = true
  Send({ Target = Peers.vaults, Action = "Price", Price = "60", Time = tostring(msg.Timestamp) })
end)
