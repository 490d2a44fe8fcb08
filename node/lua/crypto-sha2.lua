-- SHA-256 and SHA-512 (FIPS 180-4) over byte strings.
local digest = {}
local pack, unpack, rep = string.pack, string.unpack, string.rep
local MASK = 0xffffffff

-- The first primes: the constants are the fractions of their roots, worked out here rather than listed.
local function primes(count)
  local list, candidate = {}, 2
  while #list < count do
    local isPrime = true
    for _, prime in ipairs(list) do
      if prime * prime > candidate then break end
      if candidate % prime == 0 then
        isPrime = false
        break
      end
    end
    if isPrime then list[#list + 1] = candidate end
    candidate = candidate + 1
  end
  return list
end

-- Numbers of 16-bit digits, lowest first, for the roots.
local function multiply(x, y)
  local result = {}
  for i = 1, #x + #y do result[i] = 0 end
  for i = 1, #x do
    local carry = 0
    for j = 1, #y do
      local product = x[i] * y[j] + result[i + j - 1] + carry
      result[i + j - 1], carry = product & 0xffff, product >> 16
    end
    result[i + #y] = carry
  end
  return result
end

local function isAtMost(x, y)
  for i = math.max(#x, #y), 1, -1 do
    local a, b = x[i] or 0, y[i] or 0
    if a ~= b then return a < b end
  end
  return true
end

-- The 64 bits behind the point of the root of `prime`, of degree 2 or 3.
local function rootFraction(prime, degree)
  local target = {}
  for i = 1, 4 * degree do target[i] = 0 end
  target[#target + 1] = prime
  local root = { 0, 0, 0, 0, 0 }
  for bit = 79, 0, -1 do
    local digit = bit // 16 + 1
    root[digit] = root[digit] | 1 << bit % 16
    local power = root
    for _ = 2, degree do power = multiply(power, root) end
    if not isAtMost(power, target) then root[digit] = root[digit] & ~(1 << bit % 16) end
  end
  return root[1] | root[2] << 16 | root[3] << 32 | root[4] << 48
end

local K512, H512, K256, H256 = {}, {}, {}, {}
for i, prime in ipairs(primes(80)) do
  K512[i] = rootFraction(prime, 3)
  K256[i] = K512[i] >> 32
  if i <= 8 then
    H512[i] = rootFraction(prime, 2)
    H256[i] = H512[i] >> 32
  end
end

local function block256(text, place, h)
  local w = { unpack(">I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4", text, place) }
  for i = 17, 64 do
    local x, y = w[i - 15], w[i - 2]
    -- Twice the word side by side: a shift of it is a rotation.
    local xx, yy = x << 32 | x, y << 32 | y
    w[i] = (w[i - 16] + (xx >> 7 ~ xx >> 18 ~ x >> 3) + w[i - 7] + (yy >> 17 ~ yy >> 19 ~ y >> 10)) & MASK
  end
  local a, b, c, d, e, f, g, i8 = h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]
  for i = 1, 64 do
    local ee, aa = e << 32 | e, a << 32 | a
    local t1 = i8 + ((ee >> 6 ~ ee >> 11 ~ ee >> 25) & MASK) + ((e & f) ~ (~e & g)) + K256[i] + w[i]
    local t2 = ((aa >> 2 ~ aa >> 13 ~ aa >> 22) & MASK) + ((a & b) ~ (a & c) ~ (b & c))
    i8, g, f, e, d, c, b, a = g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK
  end
  h[1], h[2], h[3], h[4] = (h[1] + a) & MASK, (h[2] + b) & MASK, (h[3] + c) & MASK, (h[4] + d) & MASK
  h[5], h[6], h[7], h[8] = (h[5] + e) & MASK, (h[6] + f) & MASK, (h[7] + g) & MASK, (h[8] + i8) & MASK
end

local function rotate(x, n) return x >> n | x << 64 - n end

local function block512(text, place, h)
  local w = { unpack(">i8i8i8i8i8i8i8i8i8i8i8i8i8i8i8i8", text, place) }
  for i = 17, 80 do
    local x, y = w[i - 15], w[i - 2]
    w[i] = w[i - 16] + (rotate(x, 1) ~ rotate(x, 8) ~ x >> 7) + w[i - 7] + (rotate(y, 19) ~ rotate(y, 61) ~ y >> 6)
  end
  local a, b, c, d, e, f, g, i8 = h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]
  for i = 1, 80 do
    local t1 = i8 + (rotate(e, 14) ~ rotate(e, 18) ~ rotate(e, 41)) + ((e & f) ~ (~e & g)) + K512[i] + w[i]
    local t2 = (rotate(a, 28) ~ rotate(a, 34) ~ rotate(a, 39)) + ((a & b) ~ (a & c) ~ (b & c))
    i8, g, f, e, d, c, b, a = g, f, e, d + t1, c, b, a, t1 + t2
  end
  h[1], h[2], h[3], h[4] = h[1] + a, h[2] + b, h[3] + c, h[4] + d
  h[5], h[6], h[7], h[8] = h[5] + e, h[6] + f, h[7] + g, h[8] + i8
end

function digest.sha256(text)
  local padded = text .. "\128" .. rep("\0", (55 - #text) % 64) .. pack(">I8", #text * 8)
  local h = { table.unpack(H256) }
  for place = 1, #padded, 64 do block256(padded, place, h) end
  return pack(">I4I4I4I4I4I4I4I4", table.unpack(h))
end

function digest.sha512(text)
  local padded = text .. "\128" .. rep("\0", (111 - #text) % 128) .. pack(">I8I8", 0, #text * 8)
  local h = { table.unpack(H512) }
  for place = 1, #padded, 128 do block512(padded, place, h) end
  return pack(">i8i8i8i8i8i8i8i8", table.unpack(h))
end

return digest
