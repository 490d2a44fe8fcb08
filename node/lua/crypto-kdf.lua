-- ".crypto.kdf.init": PBKDF2 (RFC 8018).
local bytes = require(".crypto.util.init")
local mac = require(".crypto.mac.init")
local pack, unpack = string.pack, string.unpack

local function xor(first, second)
  local parts = {}
  for i = 1, #first, 4 do parts[#parts + 1] = pack(">I4", unpack(">I4", first, i) ~ unpack(">I4", second, i)) end
  return table.concat(parts)
end

-- A key of `keyLength` bytes out of a password.
local function pbkdf2(password, salt, iterations, keyLength, algorithm)
  password, salt = bytes.toBytes(password), bytes.toBytes(salt)
  local hash = mac.hash(algorithm)
  local key, index = "", 0
  while #key < keyLength do
    index = index + 1
    local block = mac.raw(salt .. pack(">I4", index), password, hash, 64)
    local sum = block
    for _ = 2, iterations do
      block = mac.raw(block, password, hash, 64)
      sum = xor(sum, block)
    end
    key = key .. sum
  end
  local result = bytes.result(key:sub(1, keyLength))
  local asHex = result.asHex
  -- In capital letters, as aos writes this one.
  result.asHex = function() return asHex():upper() end
  return result
end

return { _version = "0.0.1", pbkdf2 = pbkdf2 }
