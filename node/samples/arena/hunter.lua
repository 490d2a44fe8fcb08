-- A hunter goes for whoever is nearest, and hits when it can. It decides by the board alone, and remembers nothing.

local board = require("board")

Handlers.add("Board", { Action = "Board", From = board.isArena }, function(msg)
  local me, others = board.read(msg)
  local prey = board.nearest(me, others)
  if not me or not prey then return end
  if board.distance(me, prey) <= 1 then
    print("I hit " .. prey.name)
    msg.reply({ Action = "Attack", Round = msg.Tags.Round, Whom = prey.name })
    return
  end
  local apart = { x = math.abs(prey.x - me.x), y = math.abs(prey.y - me.y) }
  local way = prey.x > me.x and "east" or "west"
  if apart.y > apart.x then way = prey.y > me.y and "south" or "north" end
  print("I go " .. way .. ", after " .. prey.name)
  msg.reply({ Action = "Move", Round = msg.Tags.Round, Way = way })
end)
