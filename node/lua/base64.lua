-- ".base64": bytes as base64 text and back. Other alphabets by `makeencoder` and `makedecoder`.
local base64 = {}
local byte, char, gsub, sub, concat = string.byte, string.char, string.gsub, string.sub, table.concat
local LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

-- From numbers 0..63 (64: padding) to character codes.
function base64.makeencoder(letter62, letter63, padding)
  local encoder = {}
  for i = 1, #LETTERS do encoder[i - 1] = byte(LETTERS, i) end
  encoder[62], encoder[63], encoder[64] = byte(letter62 or "+"), byte(letter63 or "/"), byte(padding or "=")
  return encoder
end

-- The same, the other way round.
function base64.makedecoder(letter62, letter63, padding)
  local decoder = {}
  for number, code in pairs(base64.makeencoder(letter62, letter63, padding)) do decoder[code] = number end
  return decoder
end

local ENCODER, DECODER = base64.makeencoder(), base64.makedecoder()

function base64.encode(bytes, encoder)
  encoder = encoder or ENCODER
  local out, n = {}, 0
  local whole = #bytes - #bytes % 3
  for i = 1, whole, 3 do
    local a, b, c = byte(bytes, i, i + 2)
    n = n + 1
    out[n] = char(encoder[a >> 2], encoder[(a & 3) << 4 | b >> 4], encoder[(b & 15) << 2 | c >> 6], encoder[c & 63])
  end
  local a, b = byte(bytes, whole + 1, whole + 2)
  if b then
    out[n + 1] = char(encoder[a >> 2], encoder[(a & 3) << 4 | b >> 4], encoder[(b & 15) << 2], encoder[64])
  elseif a then
    out[n + 1] = char(encoder[a >> 2], encoder[(a & 3) << 4], encoder[64], encoder[64])
  end
  return concat(out)
end

-- Characters that are not of the alphabet are skipped; padding may be missing.
function base64.decode(text, decoder)
  decoder = decoder or DECODER
  local numbers, count = {}, 0
  for i = 1, #text do
    local number = decoder[byte(text, i)]
    if number and number < 64 then
      count = count + 1
      numbers[count] = number
    end
  end
  local out, n = {}, 0
  for i = 1, count - 3, 4 do
    local v = numbers[i] << 18 | numbers[i + 1] << 12 | numbers[i + 2] << 6 | numbers[i + 3]
    n = n + 1
    out[n] = char(v >> 16, v >> 8 & 255, v & 255)
  end
  local rest, at = count % 4, count - count % 4
  if rest == 3 then
    local v = numbers[at + 1] << 10 | numbers[at + 2] << 4 | numbers[at + 3] >> 2
    out[n + 1] = char(v >> 8, v & 255)
  elseif rest == 2 then
    out[n + 1] = char(numbers[at + 1] << 2 | numbers[at + 2] >> 4)
  end
  return concat(out)
end

return base64
