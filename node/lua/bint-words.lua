-- Arithmetic of ".bint": lists of `size` 32-bit words, the lowest first, in two's complement. Every result is a new list
-- with the metatable `class`.
local WORD, MASK = 32, 0xffffffff
local HALF, HALF_MASK, HALF_BASE = 16, 0xffff, 0x10000
local setmetatable = setmetatable

-- Quotient and remainder of two lists of 16-bit digits without leading zeros, the divisor of two or more digits
-- (Knuth, The Art of Computer Programming, volume 2, algorithm D).
local function divideDigits(dividend, divisor)
  local n, m = #divisor, #dividend - #divisor
  local shift, top = 0, divisor[n]
  while top < 0x8000 do top, shift = top << 1, shift + 1 end
  local u, v, carry = {}, {}, 0
  for i = 1, n do
    local digit = divisor[i] << shift | carry
    v[i], carry = digit & HALF_MASK, digit >> HALF
  end
  carry = 0
  for i = 1, #dividend do
    local digit = dividend[i] << shift | carry
    u[i], carry = digit & HALF_MASK, digit >> HALF
  end
  u[#dividend + 1] = carry
  local quotient = {}
  local first, second = v[n], v[n - 1]
  for j = m, 0, -1 do
    local head = u[j + n + 1] * HALF_BASE + u[j + n]
    local guess, rest = head // first, head % first
    while guess >= HALF_BASE or guess * second > rest * HALF_BASE + u[j + n - 1] do
      guess, rest = guess - 1, rest + first
      if rest >= HALF_BASE then break end
    end
    local borrow = 0
    carry = 0
    for i = 1, n do
      local product = guess * v[i] + carry
      carry = product >> HALF
      local digit = u[i + j] - (product & HALF_MASK) - borrow
      u[i + j], borrow = digit & HALF_MASK, digit < 0 and 1 or 0
    end
    local digit = u[j + n + 1] - carry - borrow
    u[j + n + 1] = digit & HALF_MASK
    if digit < 0 then
      guess, carry = guess - 1, 0
      for i = 1, n do
        local sum = u[i + j] + v[i] + carry
        u[i + j], carry = sum & HALF_MASK, sum >> HALF
      end
      u[j + n + 1] = u[j + n + 1] + carry & HALF_MASK
    end
    quotient[j + 1] = guess
  end
  local remainder = {}
  for i = 1, n do remainder[i] = (u[i] >> shift | u[i + 1] << HALF - shift) & HALF_MASK end
  return quotient, remainder
end

return function(size, class)
  local SIZE = size
  local BITS = size * WORD
  local SIGN = 1 << WORD - 1
  local ZERO, ONE

  -- Copies the sign of a Lua integer into all higher words.
  local function fromInteger(value)
    local result = { value & MASK, value >> WORD & MASK }
    local fill = value < 0 and MASK or 0
    for i = 3, SIZE do result[i] = fill end
    return setmetatable(result, class)
  end

  local function copy(x)
    local result = {}
    for i = 1, SIZE do result[i] = x[i] end
    return setmetatable(result, class)
  end

  local function isNegative(x) return x[SIZE] & SIGN ~= 0 end

  local function negate(x)
    local result, carry = {}, 1
    for i = 1, SIZE do
      local word = (~x[i] & MASK) + carry
      result[i], carry = word & MASK, word >> WORD
    end
    return setmetatable(result, class)
  end

  local function add(x, y)
    local result, carry = {}, 0
    for i = 1, SIZE do
      local sum = x[i] + y[i] + carry
      result[i], carry = sum & MASK, sum >> WORD
    end
    return setmetatable(result, class)
  end

  local function subtract(x, y)
    local result, borrow = {}, 0
    for i = 1, SIZE do
      local difference = x[i] - y[i] - borrow
      result[i], borrow = difference & MASK, difference < 0 and 1 or 0
    end
    return setmetatable(result, class)
  end

  local function multiply(x, y)
    local result = {}
    for i = 1, SIZE do result[i] = 0 end
    for i = 1, SIZE do
      local word = x[i]
      if word ~= 0 then
        local carry = 0
        for j = 1, SIZE - i + 1 do
          local k = i + j - 1
          -- At most 2^64 - 1: exact when read without a sign.
          local product = word * y[j] + result[k] + carry
          result[k], carry = product & MASK, product >> WORD
        end
      end
    end
    return setmetatable(result, class)
  end

  local function isLessUnsigned(x, y)
    for i = SIZE, 1, -1 do
      if x[i] ~= y[i] then return x[i] < y[i] end
    end
    return false
  end

  local function isLess(x, y)
    local xNegative, yNegative = isNegative(x), isNegative(y)
    if xNegative ~= yNegative then return xNegative end
    return isLessUnsigned(x, y)
  end

  local function isEqual(x, y)
    for i = 1, SIZE do
      if x[i] ~= y[i] then return false end
    end
    return true
  end

  -- By a number below 2^31; returns the remainder as well.
  local function divideSmall(x, divisor)
    local result, rest = {}, 0
    for i = SIZE, 1, -1 do
      local head = rest << WORD | x[i]
      result[i], rest = head // divisor, head % divisor
    end
    return setmetatable(result, class), rest
  end

  local function toDigits(x)
    local digits = {}
    for i = 1, SIZE do digits[2 * i - 1], digits[2 * i] = x[i] & HALF_MASK, x[i] >> HALF end
    while #digits > 0 and digits[#digits] == 0 do digits[#digits] = nil end
    return digits
  end

  local function fromDigits(digits)
    local result = {}
    for i = 1, SIZE do result[i] = (digits[2 * i - 1] or 0) | (digits[2 * i] or 0) << HALF end
    return setmetatable(result, class)
  end

  local function divideUnsigned(x, y)
    local divisor = toDigits(y)
    if #divisor == 0 then error("attempt to perform division by zero", 0) end
    if isLessUnsigned(x, y) then return fromInteger(0), copy(x) end
    if #divisor == 1 then
      local quotient, rest = divideSmall(x, divisor[1])
      return quotient, fromInteger(rest)
    end
    local quotient, rest = divideDigits(toDigits(x), divisor)
    return fromDigits(quotient), fromDigits(rest)
  end

  -- Rounds toward zero.
  local function divideTruncating(x, y)
    local xNegative, yNegative = isNegative(x), isNegative(y)
    local quotient, rest = divideUnsigned(xNegative and negate(x) or x, yNegative and negate(y) or y)
    if xNegative ~= yNegative then quotient = negate(quotient) end
    if xNegative then rest = negate(rest) end
    return quotient, rest
  end

  -- Rounds down, as Lua's `//` and `%` do.
  local function divideFlooring(x, y)
    local quotient, rest = divideTruncating(x, y)
    if isNegative(x) ~= isNegative(y) and not isEqual(rest, ZERO) then
      quotient, rest = subtract(quotient, ONE), add(rest, y)
    end
    return quotient, rest
  end

  local function shiftLeft(x, count)
    local words, rest = count // WORD, count % WORD
    local result = {}
    for i = 1, SIZE do
      local high, low = x[i - words] or 0, x[i - words - 1] or 0
      result[i] = (high << rest | low >> WORD - rest) & MASK
    end
    return setmetatable(result, class)
  end

  local function shiftRight(x, count)
    local words, rest = count // WORD, count % WORD
    local result = {}
    for i = 1, SIZE do
      local low, high = x[i + words] or 0, x[i + words + 1] or 0
      result[i] = (low >> rest | high << WORD - rest) & MASK
    end
    return setmetatable(result, class)
  end

  local function shift(x, count)
    if count >= BITS or count <= -BITS then return fromInteger(0) end
    if count >= 0 then return shiftLeft(x, count) end
    return shiftRight(x, -count)
  end

  ZERO, ONE = fromInteger(0), fromInteger(1)
  return {
    zero = ZERO,
    one = ONE,
    fromInteger = fromInteger,
    copy = copy,
    isNegative = isNegative,
    negate = negate,
    add = add,
    subtract = subtract,
    multiply = multiply,
    isLessUnsigned = isLessUnsigned,
    isLess = isLess,
    isEqual = isEqual,
    divideSmall = divideSmall,
    divideUnsigned = divideUnsigned,
    divideTruncating = divideTruncating,
    divideFlooring = divideFlooring,
    shift = shift,
  }
end
