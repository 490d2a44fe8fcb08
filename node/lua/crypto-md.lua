-- MD5 (RFC 1321) and SHA-1 (FIPS 180-4) over byte strings.
local digest = {}
local pack, unpack, rep = string.pack, string.unpack, string.rep
local MASK = 0xffffffff

local function rotate(x, n) return (x << n | x >> 32 - n) & MASK end

-- The message with a one bit, zeros, and its length in bits at the end of the last block of 64 bytes.
local function pad(text, lengthFormat)
  return text .. "\128" .. rep("\0", (55 - #text) % 64) .. pack(lengthFormat, #text * 8)
end

local SINES = {}
for i = 1, 64 do SINES[i] = math.floor(math.abs(math.sin(i)) * 4294967296) end
local SHIFTS = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } }

local function md5Block(text, place, a0, b0, c0, d0)
  local words = { unpack("<I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4", text, place) }
  local a, b, c, d = a0, b0, c0, d0
  for i = 0, 63 do
    local f, k
    if i < 16 then
      f, k = (b & c) | (~b & d), i
    elseif i < 32 then
      f, k = (d & b) | (~d & c), (5 * i + 1) % 16
    elseif i < 48 then
      f, k = b ~ c ~ d, (3 * i + 5) % 16
    else
      f, k = c ~ (b | (~d & MASK)), 7 * i % 16
    end
    f = (f + a + SINES[i + 1] + words[k + 1]) & MASK
    a, d, c, b = d, c, b, (b + rotate(f, SHIFTS[i // 16 + 1][i % 4 + 1])) & MASK
  end
  return (a0 + a) & MASK, (b0 + b) & MASK, (c0 + c) & MASK, (d0 + d) & MASK
end

function digest.md5(text)
  local padded = pad(text, "<I8")
  local a, b, c, d = 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476
  for place = 1, #padded, 64 do a, b, c, d = md5Block(padded, place, a, b, c, d) end
  return pack("<I4I4I4I4", a, b, c, d)
end

local function sha1Block(text, place, h)
  local w = { unpack(">I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4", text, place) }
  for i = 17, 80 do w[i] = rotate(w[i - 3] ~ w[i - 8] ~ w[i - 14] ~ w[i - 16], 1) end
  local a, b, c, d, e = h[1], h[2], h[3], h[4], h[5]
  for i = 1, 80 do
    local f, k
    if i <= 20 then
      f, k = (b & c) | (~b & d), 0x5a827999
    elseif i <= 40 then
      f, k = b ~ c ~ d, 0x6ed9eba1
    elseif i <= 60 then
      f, k = (b & c) | (b & d) | (c & d), 0x8f1bbcdc
    else
      f, k = b ~ c ~ d, 0xca62c1d6
    end
    a, b, c, d, e = (rotate(a, 5) + (f & MASK) + e + k + w[i]) & MASK, a, rotate(b, 30), c, d
  end
  h[1], h[2], h[3], h[4], h[5] = (h[1] + a) & MASK, (h[2] + b) & MASK, (h[3] + c) & MASK, (h[4] + d) & MASK, (h[5] + e) & MASK
end

function digest.sha1(text)
  local padded = pad(text, ">I8")
  local h = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 }
  for place = 1, #padded, 64 do sha1Block(padded, place, h) end
  return pack(">I4I4I4I4I4", h[1], h[2], h[3], h[4], h[5])
end

return digest
