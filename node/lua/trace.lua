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

-- The lines of a coroutine's stack that are not the runtime's.
function trace.of(thread)
  local lines = {}
  local level = 0
  local info = getinfo(thread, level, "Sln")
  while info and #lines < FRAMES_MAX do
    local caller = getinfo(thread, level + 1, "Sln")
    if info.what ~= "C" and not isRuntime(info) then
      lines[#lines + 1] = "\t" .. info.short_src .. ":" .. info.currentline .. ": " .. describe(info, isRuntime(caller))
    end
    info = caller
    level = level + 1
  end
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
