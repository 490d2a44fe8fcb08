-- Dates without a clock: what os.date shows for seconds since 1970, in UTC.
local date = {}
local format = string.format
local DAYS = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" }
local MONTHS = {
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
}

-- Days since 1970 as year, month and day of the Gregorian calendar (years begin in March here, so that the day that
-- comes and goes is the last one).
local function civil(days)
  days = days + 719468
  local era = days // 146097
  local dayOfEra = days - era * 146097
  local yearOfEra = (dayOfEra - dayOfEra // 1460 + dayOfEra // 36524 - dayOfEra // 146096) // 365
  local dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra // 4 - yearOfEra // 100)
  local shifted = (5 * dayOfYear + 2) // 153
  local month = shifted < 10 and shifted + 3 or shifted - 9
  return yearOfEra + era * 400 + (month <= 2 and 1 or 0), month, dayOfYear - (153 * shifted + 2) // 5 + 1
end

local function isLeap(year) return year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) end

local function parts(seconds)
  seconds = math.tointeger(seconds) or math.floor(seconds)
  local days, rest = seconds // 86400, seconds % 86400
  local year, month, day = civil(days)
  local yday = day
  local lengths = { 31, isLeap(year) and 29 or 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
  for i = 1, month - 1 do yday = yday + lengths[i] end
  return {
    year = year, month = month, day = day, yday = yday, wday = (days + 4) % 7 + 1,
    hour = rest // 3600, min = rest % 3600 // 60, sec = rest % 60, isdst = false,
  }
end

local LETTERS = {
  a = function(t) return DAYS[t.wday]:sub(1, 3) end,
  A = function(t) return DAYS[t.wday] end,
  b = function(t) return MONTHS[t.month]:sub(1, 3) end,
  B = function(t) return MONTHS[t.month] end,
  c = function(t)
    return format("%s %s %2d %02d:%02d:%02d %d", DAYS[t.wday]:sub(1, 3), MONTHS[t.month]:sub(1, 3), t.day, t.hour, t.min, t.sec, t.year)
  end,
  d = function(t) return format("%02d", t.day) end,
  D = function(t) return format("%02d/%02d/%02d", t.month, t.day, t.year % 100) end,
  F = function(t) return format("%d-%02d-%02d", t.year, t.month, t.day) end,
  H = function(t) return format("%02d", t.hour) end,
  I = function(t) return format("%02d", (t.hour + 11) % 12 + 1) end,
  j = function(t) return format("%03d", t.yday) end,
  m = function(t) return format("%02d", t.month) end,
  M = function(t) return format("%02d", t.min) end,
  p = function(t) return t.hour < 12 and "AM" or "PM" end,
  S = function(t) return format("%02d", t.sec) end,
  T = function(t) return format("%02d:%02d:%02d", t.hour, t.min, t.sec) end,
  w = function(t) return tostring(t.wday - 1) end,
  x = function(t) return format("%02d/%02d/%02d", t.month, t.day, t.year % 100) end,
  X = function(t) return format("%02d:%02d:%02d", t.hour, t.min, t.sec) end,
  y = function(t) return format("%02d", t.year % 100) end,
  Y = function(t) return tostring(t.year) end,
  Z = function() return "UTC" end,
  z = function() return "+0000" end,
  ["%"] = function() return "%" end,
}

function date.format(pattern, seconds)
  pattern = (pattern or "%c"):gsub("^!", "")
  local t = parts(seconds)
  if pattern:sub(1, 2) == "*t" then return t end
  return (pattern:gsub("%%(.?)", function(letter)
    local show = LETTERS[letter]
    if not show then error("bad argument #1 to 'date' (invalid conversion specifier '%" .. letter .. "')", 0) end
    return show(t)
  end))
end

return date
