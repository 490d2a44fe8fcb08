-- SHA-3 (FIPS 202) and the Keccak it came from, over byte strings. Lanes stand in one list: lane (x, y) at x + 5y.
local digest = {}
local pack, unpack, rep, char = string.pack, string.unpack, string.rep, string.char
local ROUNDS = 24

local function rotate(x, n)
  if n == 0 then return x end
  return x << n | x >> 64 - n
end

-- Constants of the rounds from the shift register of the standard.
local CONSTANTS = {}
do
  local register = 1
  for round = 1, ROUNDS do
    local constant = 0
    for j = 0, 6 do
      if register & 1 == 1 then constant = constant | 1 << (1 << j) - 1 end
      register = register << 1
      if register & 0x100 ~= 0 then register = register ~ 0x171 end
    end
    CONSTANTS[round] = constant
  end
end

-- Where each lane goes, and by how much it turns on the way.
local TARGETS, TURNS = { [0] = 0 }, { [0] = 0 }
do
  local x, y = 1, 0
  for t = 0, 23 do
    local nextX, nextY = y, (2 * x + 3 * y) % 5
    TARGETS[x + 5 * y] = nextX + 5 * nextY
    TURNS[x + 5 * y] = (t + 1) * (t + 2) // 2 % 64
    x, y = nextX, nextY
  end
end

local function permute(state)
  local sums, moved = {}, {}
  for round = 1, ROUNDS do
    for x = 0, 4 do sums[x] = state[x] ~ state[x + 5] ~ state[x + 10] ~ state[x + 15] ~ state[x + 20] end
    for x = 0, 4 do
      local change = sums[(x + 4) % 5] ~ rotate(sums[(x + 1) % 5], 1)
      for lane = x, x + 20, 5 do moved[TARGETS[lane]] = rotate(state[lane] ~ change, TURNS[lane]) end
    end
    for y = 0, 20, 5 do
      for x = 0, 4 do state[x + y] = moved[x + y] ~ (~moved[(x + 1) % 5 + y] & moved[(x + 2) % 5 + y]) end
    end
    state[0] = state[0] ~ CONSTANTS[round]
  end
end

-- `suffix` tells the two apart: 6 for SHA-3, 1 for Keccak.
local function sponge(text, outBytes, suffix)
  local rate = 200 - 2 * outBytes
  local fill = rate - #text % rate
  local padding = fill == 1 and char(suffix | 0x80) or char(suffix) .. rep("\0", fill - 2) .. "\128"
  local padded = text .. padding
  local state = {}
  for lane = 0, 24 do state[lane] = 0 end
  for place = 1, #padded, rate do
    for lane = 0, rate // 8 - 1 do state[lane] = state[lane] ~ unpack("<i8", padded, place + lane * 8) end
    permute(state)
  end
  local out = {}
  for lane = 0, outBytes // 8 - 1 do out[lane + 1] = pack("<i8", state[lane]) end
  return table.concat(out)
end

function digest.sha3_256(text) return sponge(text, 32, 6) end
function digest.sha3_512(text) return sponge(text, 64, 6) end
function digest.keccak256(text) return sponge(text, 32, 1) end
function digest.keccak512(text) return sponge(text, 64, 1) end

return digest
