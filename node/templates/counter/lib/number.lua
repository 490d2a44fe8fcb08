local number = {}

-- The whole number that a tag holds; nil for anything else. Tags are text.
function number.of(text)
  return math.tointeger(tonumber(text or ""))
end

return number
