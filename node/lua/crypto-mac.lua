-- ".crypto.mac.init": HMAC (RFC 2104).
local bytes = require(".crypto.util.init")
local sha1 = require(".aoscope.md").sha1
local sha256 = require(".aoscope.sha2").sha256
local gsub, byte, char, rep = string.gsub, string.byte, string.char, string.rep

local mac = { _version = "0.0.1" }
local HASHES = { sha1 = sha1, sha256 = sha256 }

-- The hash named `algorithm`, sha1 when none is.
function mac.hash(algorithm)
  local hash = HASHES[algorithm or "sha1"]
  if not hash then error("Unsupported algorithm: " .. tostring(algorithm), 3) end
  return hash
end

-- HMAC over byte strings. The standard's block size is 64 for both hashes.
function mac.raw(data, key, hash, blockSize)
  if #key > blockSize then key = hash(key) end
  key = key .. rep("\0", blockSize - #key)
  local function mix(number)
    return (gsub(key, ".", function(one) return char(byte(one) ~ number) end))
  end
  return hash(mix(0x5c) .. hash(mix(0x36) .. data))
end

-- As aos has it: with blocks of 32 bytes, so its codes are equal to those of aos and to nobody else's.
function mac.createHmac(data, key, algorithm)
  return bytes.result(mac.raw(bytes.toBytes(data), bytes.toBytes(key), mac.hash(algorithm), 32))
end

-- As the standard has it, and the rest of the world.
function mac.hmac(data, key, algorithm)
  return bytes.result(mac.raw(bytes.toBytes(data), bytes.toBytes(key), mac.hash(algorithm), 64))
end

return mac
