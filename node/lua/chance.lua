-- ".chance": random numbers from a seed (Mersenne Twister, MT19937), the same for everyone who replays the log.
local chance = {}
local SIZE, SHIFT = 624, 397
local state, position = {}, nil

-- `seed` counts by its lowest 32 bits.
function chance.seed(seed)
  seed = math.tointeger(seed) or math.floor(seed % 0x100000000)
  state[0] = seed & 0xffffffff
  for i = 1, SIZE - 1 do
    local before = state[i - 1]
    state[i] = (1812433253 * (before ~ (before >> 30)) + i) & 0xffffffff
  end
  position = SIZE
end

local function renew()
  for i = 0, SIZE - 1 do
    local y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff)
    local value = state[(i + SHIFT) % SIZE] ~ (y >> 1)
    if y & 1 == 1 then value = value ~ 0x9908b0df end
    state[i] = value
  end
  position = 0
end

local function next32()
  if position == nil then chance.seed(5489) end
  if position >= SIZE then renew() end
  local y = state[position]
  position = position + 1
  y = y ~ (y >> 11)
  y = y ~ ((y << 7) & 0x9d2c5680)
  y = y ~ ((y << 15) & 0xefc60000)
  return (y ~ (y >> 18)) & 0xffffffff
end

-- A number from 0 up to, but without, 1.
function chance.random()
  return next32() / 4294967296.0
end

-- A whole number from `min` to `max`, both included.
function chance.integer(min, max)
  if max < min then error("max must bigger than min", 2) end
  return math.floor(chance.random() * (max - min + 1) + min)
end

return chance
