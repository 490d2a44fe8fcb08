-- A square on which processes fight in rounds of two seconds. The planted bug is mended.

local json = require("json")

-- A square of SIZE by SIZE. Players are { id, x, y, life }, by name; they are seated when the first round begins.
SIZE = SIZE or 7
Players = Players or {}
Round = Round or 0
Alive = Alive or 0
Winner = Winner or ""

local LIFE = 3
local SEATS = { { 2, 2 }, { 6, 6 }, { 4, 4 }, { 2, 6 }, { 6, 2 } }
local WAYS = { north = { 0, -1 }, south = { 0, 1 }, west = { -1, 0 }, east = { 1, 0 } }

local function sortedNames()
  local names = {}
  for name in pairs(Players) do table.insert(names, name) end
  table.sort(names)
  return names
end

local function nameOf(id)
  for _, name in ipairs(sortedNames()) do
    if Players[name].id == id then return name end
  end
  return nil
end

local function livingAt(x, y)
  for _, name in ipairs(sortedNames()) do
    local one = Players[name]
    if one.life > 0 and one.x == x and one.y == y then return name end
  end
  return nil
end

-- In the order of their names: who entered first is chance.
local function seatAll()
  for place, name in ipairs(sortedNames()) do
    local one = Players[name]
    one.x, one.y, one.life = SEATS[place][1], SEATS[place][2], LIFE
    Alive = Alive + 1
  end
end

-- The square as text: the first letter of whoever stands there.
local function drawn()
  local lines = {}
  for y = 1, SIZE do
    local cells = {}
    for x = 1, SIZE do
      local name = livingAt(x, y)
      table.insert(cells, name and name:sub(1, 1) or ".")
    end
    table.insert(lines, table.concat(cells, " "))
  end
  return table.concat(lines, "\n")
end

-- Whoever is still in gets the board, and may answer it once.
local function sendBoard()
  local board = {}
  for _, name in ipairs(sortedNames()) do
    local one = Players[name]
    if one.life > 0 then table.insert(board, { name = name, x = one.x, y = one.y, life = one.life }) end
  end
  for _, one in ipairs(board) do
    Players[one.name].acted = false
    Send({ Target = Players[one.name].id, Action = "Board", Round = tostring(Round), Size = tostring(SIZE), You = one.name, Data = json.encode(board) })
  end
end

local function hit(attacker, victim)
  Players[victim].life = Players[victim].life - 1
  print(attacker .. " hits " .. victim .. ", who has " .. Players[victim].life .. " left")
  if Players[victim].life > 0 then return end
  Alive = Alive - 1
  Send({ Target = Players[victim].id, Action = "Out", By = attacker, Round = tostring(Round) })
end

Handlers.add("Enter", "Enter", function(msg)
  local name = msg.Tags.Nick
  if Round > 0 or not name or Players[name] or nameOf(msg.From) or #sortedNames() >= #SEATS then
    msg.reply({ Action = "Enter-Error", Error = "the door is closed, or the name is taken" })
    return
  end
  Players[name] = { id = msg.From, x = 0, y = 0, life = 0, acted = true }
  print(name .. " enters")
  msg.reply({ Action = "Entered", Nick = name })
end)

-- A cron message comes from the owner of the process.
Handlers.add("Tick", { Action = "Tick", From = function(from) return from == Owner end }, function()
  if Winner ~= "" or #sortedNames() < 2 then return end
  if Round == 0 then seatAll() end
  if Alive == 1 then
    for _, name in ipairs(sortedNames()) do
      if Players[name].life > 0 then Winner = name end
    end
    print(Winner .. " has won after " .. Round .. " rounds\n" .. drawn())
    return Send({ Target = Players[Winner].id, Action = "Won", Round = tostring(Round) })
  end
  Round = Round + 1
  print("Round " .. Round .. "\n" .. drawn())
  sendBoard()
end)

-- The player who sent this, if it may act: it answers the board of this round, is known, has not been knocked out, and has not acted yet in this round.
local function actor(msg)
  local name = nameOf(msg.From)
  if not name or Players[name].acted or msg.Tags.Round ~= tostring(Round) then return nil end
  if Players[name].life <= 0 then return nil end
  Players[name].acted = true
  return name
end

Handlers.add("Move", "Move", function(msg)
  local name, way = actor(msg), WAYS[msg.Tags.Way or ""]
  if not name or not way then return end
  local one = Players[name]
  local x, y = one.x + way[1], one.y + way[2]
  if x < 1 or y < 1 or x > SIZE or y > SIZE or livingAt(x, y) then return print(name .. " cannot go there") end
  one.x, one.y = x, y
end)

-- Whom: a player on one of the eight squares around.
Handlers.add("Attack", "Attack", function(msg)
  local name, whom = actor(msg), msg.Tags.Whom or ""
  local victim = Players[whom]
  if not name or not victim or victim.life <= 0 or whom == name then return end
  if math.max(math.abs(Players[name].x - victim.x), math.abs(Players[name].y - victim.y)) > 1 then
    return print(name .. " cannot reach " .. whom)
  end
  hit(name, whom)
end)

Handlers.add("Look", "Look", function(msg)
  msg.reply({ Round = tostring(Round), Alive = tostring(Alive), Winner = Winner, Data = drawn() })
end)
