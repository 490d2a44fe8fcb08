-- ".bint": whole numbers of a fixed width (256 bits unless asked otherwise), two's complement, wrapping around.
-- A number is a list of 32-bit words, the lowest first. Operands that are no whole numbers fall back to Lua's numbers.
local makeWords = require(".aoscope.bint-words")
local WORD, MASK = 32, 0xffffffff
local DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

local mathtype, floor, ceil, tointeger = math.type, math.floor, math.ceil, math.tointeger
local type, tonumber, tostring, getmetatable, setmetatable, assert = type, tonumber, tostring, getmetatable, setmetatable, assert
local concat, unpack = table.concat, table.unpack
local made = {}

-- A Lua integer out of anything that stands for one exactly.
local function exactInteger(value)
  local number = tonumber(value)
  if number == nil then return nil end
  if mathtype(number) == "integer" then return number end
  return tointeger(number)
end

local function newModule(bits, wordBits)
  bits = bits or 256
  assert(mathtype(bits) == "integer" and bits >= 64, "bitsize must be >= 64")
  assert(bits % WORD == 0, "bitsize is not multiple of word bitsize")
  assert(wordBits == nil or bits % wordBits == 0, "bitsize is not multiple of word bitsize")
  if made[bits] then return made[bits] end

  local SIZE = bits // WORD
  local SIGN = 1 << WORD - 1
  local PACK = "<" .. ("I4"):rep(SIZE)
  local bint = { bits = bits, __name = "bint" }
  bint.__index = bint
  made[bits] = bint

  local words = makeWords(SIZE, bint)
  local ZERO, ONE = words.zero, words.one
  local fromInteger, copy, isNegative, negate, shift = words.fromInteger, words.copy, words.isNegative, words.negate, words.shift
  local add, subtract, multiply = words.add, words.subtract, words.multiply
  local isLessUnsigned, isLess, isEqual = words.isLessUnsigned, words.isLess, words.isEqual
  local divideSmall, divideUnsigned = words.divideSmall, words.divideUnsigned
  local divideTruncating, divideFlooring = words.divideTruncating, words.divideFlooring

  local function isBint(value) return getmetatable(value) == bint end

  function bint.zero() return fromInteger(0) end
  function bint.one() return fromInteger(1) end

  function bint.frominteger(value)
    local integer = exactInteger(value)
    if integer then return fromInteger(integer) end
  end

  function bint.fromuinteger(value)
    local integer = exactInteger(value)
    if not integer then return end
    local result = fromInteger(integer)
    for i = 3, SIZE do result[i] = 0 end
    return result
  end

  function bint.frombase(text, base)
    base = base or 10
    if type(text) ~= "string" or base < 2 or base > 36 then return end
    local sign, digits = text:lower():match("^([+-]?)(%w+)$")
    if not digits then return end
    local result, factor = fromInteger(0), fromInteger(base)
    for i = 1, #digits do
      local digit = DIGITS:find(digits:sub(i, i), 1, true)
      if not digit or digit > base then return end
      result = add(multiply(result, factor), fromInteger(digit - 1))
    end
    return sign == "-" and negate(result) or result
  end

  function bint.fromstring(text)
    if type(text) ~= "string" then return end
    if text:find("^[+-]?%d+$") then
      if #text <= 18 then return fromInteger(tointeger(tonumber(text))) end
      return bint.frombase(text, 10)
    end
    local sign, digits = text:match("^([+-]?)0[xX](%x+)$")
    if digits then return bint.frombase(sign .. digits, 16) end
    sign, digits = text:match("^([+-]?)0[bB]([01]+)$")
    if digits then return bint.frombase(sign .. digits, 2) end
  end

  function bint.fromle(buffer)
    assert(type(buffer) == "string", "buffer is not a string")
    local bytes = bits // 8
    buffer = buffer:sub(1, bytes) .. ("\0"):rep(bytes - #buffer)
    local result = { PACK:unpack(buffer) }
    result[SIZE + 1] = nil
    return setmetatable(result, bint)
  end

  function bint.frombe(buffer)
    assert(type(buffer) == "string", "buffer is not a string")
    return bint.fromle(buffer:reverse())
  end

  -- A bint of anything that stands for a whole number, otherwise nil.
  function bint.tobint(value, isClone)
    if isBint(value) then return isClone and copy(value) or value end
    if type(value) == "number" then return bint.frominteger(value) end
    if type(value) == "string" then return bint.fromstring(value) end
  end
  local toBint = bint.tobint

  local function mustConvert(value)
    local result = toBint(value)
    if not result then error("value has not integer representation", 3) end
    return result
  end

  function bint.new(value)
    local result = toBint(value, true)
    if not result then error("value cannot be represented by a bint", 2) end
    return result
  end

  function bint.parse(value, isClone) return toBint(value, isClone) or tonumber(value) end

  function bint.touinteger(value)
    if isBint(value) then return value[1] | value[2] << WORD end
    return exactInteger(value)
  end
  bint.tointeger = bint.touinteger

  local LEAST, MOST = fromInteger(math.mininteger), fromInteger(math.maxinteger)

  function bint.tonumber(value)
    if not isBint(value) then return tonumber(value) end
    if not isLess(value, LEAST) and not isLess(MOST, value) then return bint.tointeger(value) end
    return tonumber(tostring(value) .. ".0")
  end
  local toNumber = bint.tonumber

  function bint.tobase(value, base, isUnsigned)
    local x = toBint(value)
    base = base or 10
    if not x or base < 2 or base > 36 then return nil end
    if isUnsigned == nil then isUnsigned = base ~= 10 end
    local isMinus = not isUnsigned and isNegative(x)
    if isMinus then x = negate(x) end
    -- As many digits at once as fit into a divisor below 2^31.
    local step, power = 1, base
    while power * base < SIGN do step, power = step + 1, power * base end
    local parts = {}
    repeat
      local rest
      x, rest = divideSmall(x, power)
      local isLast = isEqual(x, ZERO)
      for _ = 1, step do
        if isLast and rest == 0 then break end
        local digit = rest % base
        parts[#parts + 1] = DIGITS:sub(digit + 1, digit + 1)
        rest = rest // base
      end
    until isLast
    if #parts == 0 then return "0" end
    if isMinus then parts[#parts + 1] = "-" end
    return concat(parts):reverse()
  end

  function bint.tole(value, isTrimmed)
    local bytes = PACK:pack(unpack(mustConvert(value), 1, SIZE))
    if not isTrimmed then return bytes end
    bytes = bytes:gsub("\0+$", "")
    return bytes == "" and "\0" or bytes
  end

  function bint.tobe(value, isTrimmed) return bint.tole(value, isTrimmed):reverse() end

  function bint.iszero(value)
    if isBint(value) then return isEqual(value, ZERO) end
    return value == 0
  end

  function bint.isone(value)
    if isBint(value) then return isEqual(value, ONE) end
    return value == 1
  end

  function bint.isminusone(value)
    if isBint(value) then return isEqual(value, negate(ONE)) end
    return value == -1
  end

  bint.isbint = isBint
  function bint.isintegral(value) return isBint(value) or mathtype(value) == "integer" end
  function bint.isnumeric(value) return isBint(value) or mathtype(value) ~= nil end
  function bint.type(value) return isBint(value) and "bint" or mathtype(value) end

  function bint.isneg(value)
    if isBint(value) then return isNegative(value) end
    return value < 0
  end

  function bint.ispos(value)
    if isBint(value) then return not isNegative(value) and not isEqual(value, ZERO) end
    return value > 0
  end

  function bint.iseven(value)
    if isBint(value) then return value[1] & 1 == 0 end
    return mathtype(value) ~= nil and value % 2 == 0
  end

  function bint.isodd(value)
    if isBint(value) then return value[1] & 1 == 1 end
    return mathtype(value) ~= nil and value % 2 == 1
  end

  function bint.maxinteger()
    local result = {}
    for i = 1, SIZE do result[i] = MASK end
    result[SIZE] = SIGN - 1
    return setmetatable(result, bint)
  end

  function bint.mininteger()
    local result = fromInteger(0)
    result[SIZE] = SIGN
    return result
  end

  -- Whole operands give a bint; with any other, Lua's numbers are used.
  local function binary(onBints, onNumbers)
    return function(x, y)
      local left, right = toBint(x), toBint(y)
      if left and right then return onBints(left, right) end
      return onNumbers(toNumber(x), toNumber(y))
    end
  end

  bint.__add = binary(add, function(x, y) return x + y end)
  bint.__sub = binary(subtract, function(x, y) return x - y end)
  bint.__mul = binary(multiply, function(x, y) return x * y end)
  bint.__idiv = binary(function(x, y) return (divideFlooring(x, y)) end, function(x, y) return x // y end)
  bint.__mod = binary(function(x, y) return (select(2, divideFlooring(x, y))) end, function(x, y) return x % y end)
  bint.__lt = binary(isLess, function(x, y) return x < y end)
  bint.__le = binary(function(x, y) return not isLess(y, x) end, function(x, y) return x <= y end)
  function bint.__div(x, y) return toNumber(x) / toNumber(y) end
  function bint.__pow(x, y) return toNumber(x) ^ toNumber(y) end
  function bint.__unm(x) return negate(x) end
  function bint.__eq(x, y) return isEqual(x, y) end
  function bint.__tostring(x) return bint.tobase(x, 10) end

  function bint.eq(x, y)
    local left, right = toBint(x), toBint(y)
    if left and right then return isEqual(left, right) end
    return x == y
  end

  function bint.inc(x)
    local value = toBint(x)
    return value and add(value, ONE) or toNumber(x) + 1
  end

  function bint.dec(x)
    local value = toBint(x)
    return value and subtract(value, ONE) or toNumber(x) - 1
  end

  function bint.abs(x)
    local value = toBint(x, true)
    if not value then return math.abs(toNumber(x)) end
    return isNegative(value) and negate(value) or value
  end

  function bint.floor(x) return isBint(x) and copy(x) or bint.new(floor(toNumber(x))) end
  function bint.ceil(x) return isBint(x) and copy(x) or bint.new(ceil(toNumber(x))) end

  function bint.trunc(x)
    if isBint(x) then return copy(x) end
    local number = toNumber(x)
    if number == nil then return nil end
    local whole = number < 0 and ceil(number) or floor(number)
    return mathtype(whole) == "integer" and fromInteger(whole) or nil
  end

  function bint.max(x, y)
    local left, right = toBint(x), toBint(y)
    if left and right then return copy(isLess(left, right) and right or left) end
    return math.max(toNumber(x), toNumber(y))
  end

  function bint.min(x, y)
    local left, right = toBint(x), toBint(y)
    if left and right then return copy(isLess(left, right) and left or right) end
    return math.min(toNumber(x), toNumber(y))
  end

  function bint.udivmod(x, y) return divideUnsigned(mustConvert(x), mustConvert(y)) end
  function bint.udiv(x, y) return (bint.udivmod(x, y)) end
  function bint.umod(x, y) return (select(2, bint.udivmod(x, y))) end
  function bint.tdivmod(x, y) return divideTruncating(mustConvert(x), mustConvert(y)) end
  function bint.tdiv(x, y) return (bint.tdivmod(x, y)) end
  function bint.tmod(x, y) return (select(2, bint.tdivmod(x, y))) end
  function bint.idivmod(x, y) return divideFlooring(mustConvert(x), mustConvert(y)) end

  -- Whole powers, wrapping around; a negative exponent gives 0 (or what is left of 1 and -1).
  function bint.ipow(x, y)
    local base, exponent = mustConvert(x), mustConvert(y)
    if isNegative(exponent) then
      if isEqual(base, ONE) then return bint.one() end
      if bint.isminusone(base) then return bint.iseven(exponent) and bint.one() or copy(base) end
      return bint.zero()
    end
    local result = fromInteger(1)
    while not isEqual(exponent, ZERO) do
      if exponent[1] & 1 == 1 then result = multiply(result, base) end
      exponent = bint.__shr(exponent, 1)
      if not isEqual(exponent, ZERO) then base = multiply(base, base) end
    end
    return result
  end

  -- Without signs, and so that no product may pass the width.
  function bint.upowmod(x, y, modulus)
    local base, exponent, mod = mustConvert(x), mustConvert(y), mustConvert(modulus)
    if isEqual(mod, ONE) then return bint.zero() end
    local result = fromInteger(1)
    base = bint.umod(base, mod)
    while not isEqual(exponent, ZERO) do
      if exponent[1] & 1 == 1 then result = bint.umod(multiply(result, base), mod) end
      exponent = bint.__shr(exponent, 1)
      base = bint.umod(multiply(base, base), mod)
    end
    return result
  end

  local function shiftCount(value)
    local count = bint.tointeger(value)
    if not count then error("value has no integer representation", 3) end
    return count
  end

  function bint.__shl(x, y) return shift(mustConvert(x), shiftCount(y)) end
  function bint.__shr(x, y) return shift(mustConvert(x), -shiftCount(y)) end

  -- Keeps the lowest `count` bits.
  function bint.bwrap(x, count)
    local value = mustConvert(x)
    if count <= 0 then return bint.zero() end
    if count >= bits then return copy(value) end
    return bint.__band(value, bint.dec(bint.__shl(ONE, count)))
  end

  function bint.brol(x, count)
    local value = mustConvert(x)
    count = count % bits
    return bint.__bor(shift(value, count), shift(value, count - bits))
  end

  function bint.bror(x, count) return bint.brol(x, -count) end

  local function bitwise(onWords)
    return function(x, y)
      local left, right = mustConvert(x), mustConvert(y)
      local result = {}
      for i = 1, SIZE do result[i] = onWords(left[i], right[i]) end
      return setmetatable(result, bint)
    end
  end

  bint.__band = bitwise(function(x, y) return x & y end)
  bint.__bor = bitwise(function(x, y) return x | y end)
  bint.__bxor = bitwise(function(x, y) return x ~ y end)

  function bint.__bnot(x)
    local result = {}
    for i = 1, SIZE do result[i] = ~x[i] & MASK end
    return setmetatable(result, bint)
  end

  function bint.ult(x, y) return isLessUnsigned(mustConvert(x), mustConvert(y)) end
  function bint.ule(x, y) return not isLessUnsigned(mustConvert(y), mustConvert(x)) end

  return setmetatable(bint, { __call = function(_, value) return bint.new(value) end })
end

return newModule
