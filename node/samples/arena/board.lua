-- What all players know: how to enter, how to read the board, which way leads where.

local json = require("json")
local board = {}

function board.isArena(from) return Peers ~= nil and from == Peers.arena end

-- Me and the others, in the order of their names.
function board.read(msg)
  local me, others = nil, {}
  for _, one in ipairs(json.decode(msg.Data)) do
    if one.name == msg.Tags.You then
      me = one
    else
      table.insert(others, one)
    end
  end
  return me, others
end

function board.distance(one, other) return math.max(math.abs(one.x - other.x), math.abs(one.y - other.y)) end

function board.nearest(me, others)
  local found = nil
  for _, one in ipairs(others) do
    if not found or board.distance(me, one) < board.distance(me, found) then found = one end
  end
  return found
end

-- The four squares around, with the way to each, as far as they are on the board.
function board.ways(me, size)
  local all = {}
  for _, way in ipairs({ { "north", 0, -1 }, { "south", 0, 1 }, { "west", -1, 0 }, { "east", 1, 0 } }) do
    local x, y = me.x + way[2], me.y + way[3]
    if x >= 1 and y >= 1 and x <= size and y <= size then table.insert(all, { name = way[1], x = x, y = y }) end
  end
  return all
end

Handlers.add("Enter", "Enter", function(msg)
  if msg.From == Owner then Send({ Target = Peers.arena, Action = "Enter", Nick = Name }) end
end)

local function heard(msg) print(msg.Tags.Action .. " " .. (msg.Tags.Error or msg.Tags.By or "")) end
for _, action in ipairs({ "Entered", "Enter-Error", "Out", "Won" }) do
  Handlers.add(action, { Action = action, From = board.isArena }, heard)
end

return board
