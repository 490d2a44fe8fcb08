-- The stack of a failed handler, as far as it is the process's own.
local getinfo, concat = debug.getinfo, table.concat
local RUNTIME = "@aoscope/"
local FRAMES_MAX = 20

local trace = {}
local noted = nil

local function describe(info, isCalledByRuntime)
  if info.what == "main" then return "in main chunk" end
  if info.name ~= nil and not isCalledByRuntime then
    local what = (info.namewhat == "" or info.namewhat == "global") and "function" or info.namewhat
    return "in " .. what .. " '" .. info.name .. "'"
  end
  return "in function <" .. info.short_src .. ":" .. info.linedefined .. ">"
end

local function isRuntime(info)
  return info ~= nil and info.source:sub(1, #RUNTIME) == RUNTIME
end

-- Finding a level takes longer the deeper it lies, so of a very deep stack only the two ends are looked at.
local END_LEVELS = 100

local function depthOf(thread)
  local deepest, beyond = 0, 1
  while getinfo(thread, beyond, "l") do deepest, beyond = beyond, beyond * 2 end
  while beyond - deepest > 1 do
    local middle = (deepest + beyond) // 2
    if getinfo(thread, middle, "l") then deepest = middle else beyond = middle end
  end
  return deepest
end

local function addFrames(lines, thread, first, last)
  local info = getinfo(thread, first, "Sln")
  for level = first, last do
    if not info or #lines >= FRAMES_MAX then return end
    local caller = getinfo(thread, level + 1, "Sln")
    if info.what ~= "C" and not isRuntime(info) then
      lines[#lines + 1] = "\t" .. info.short_src .. ":" .. info.currentline .. ": " .. describe(info, isRuntime(caller))
    end
    info = caller
  end
end

-- The lines of a coroutine's stack that are not the runtime's.
function trace.of(thread)
  local lines = {}
  local deepest = depthOf(thread)
  addFrames(lines, thread, 0, math.min(deepest, END_LEVELS))
  if deepest > END_LEVELS then addFrames(lines, thread, math.max(END_LEVELS + 1, deepest - END_LEVELS), deepest) end
  return concat(lines, "\n")
end

-- Remembers where an error that is passed on began.
function trace.note(thread)
  noted = noted or trace.of(thread)
end

function trace.clear() noted = nil end

-- The stack of the place where the evaluation failed.
function trace.take(thread)
  local lines = noted or trace.of(thread)
  noted = nil
  return lines
end

return trace
