-- A runner never hits anybody: it goes where the nearest of the others is farthest away.

local board = require("board")

Handlers.add("Board", { Action = "Board", From = board.isArena }, function(msg)
  local me, others = board.read(msg)
  if not me or #others == 0 then return end
  local best, room = nil, -1
  for _, way in ipairs(board.ways(me, tonumber(msg.Tags.Size))) do
    local nearest = board.distance(way, board.nearest(way, others))
    -- Not onto a square that somebody stands on.
    if nearest > 0 and nearest > room then
      best, room = way.name, nearest
    end
  end
  if not best then return print("There is no way out") end
  print("I run " .. best)
  msg.reply({ Action = "Move", Round = msg.Tags.Round, Way = best })
end)
