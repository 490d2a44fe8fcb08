-- A process that wakes up by itself: every ten seconds it is sent the action Tick (see "cron" in aoscope.json).

Ticks = Ticks or 0

Handlers.add("Tick", "Tick", function(msg)
  Ticks = Ticks + 1
  print("Tick " .. Ticks .. " at " .. msg.Timestamp)
end)
