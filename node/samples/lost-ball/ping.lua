-- Ping serves the ball and returns whatever pong plays back, for a fixed number of rounds.

Rounds = Rounds or 12
Played = Played or 0

local function serve(count)
  Send({ Target = Peers.pong, Action = "Ping", Count = tostring(count) })
end

-- Send this process the action Start to play again.
Handlers.add("Start", "Start", function(msg)
  Rounds = tonumber(msg.Tags.Rounds) or 12
  Played = 0
  print("A rally of " .. Rounds .. " rounds begins")
  serve(1)
end)

Handlers.add("Pong", "Pong", function(msg)
  Played = tonumber(msg.Tags.Count) or Played
  if Played >= Rounds then
    print("The rally is over after " .. Played .. " rounds")
    return
  end
  serve(Played + 1)
end)
