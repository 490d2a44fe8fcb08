-- Takes away what a process may not have: files, commands, the environment, real clocks, machine code, bytecode,
-- and everything that could switch the instruction count off.
local date = nil
local rawload, rawsetmetatable, rawrep, rawmove = load, setmetatable, string.rep, table.move
local rawgetmetatable = debug.getmetatable
local rawcreate, rawwrap = coroutine.create, coroutine.wrap

dofile, loadfile, io = nil, nil, nil
package.loaded.io = nil
package.loadlib, package.searchpath, package.cpath, package.path, package.config = nil, nil, nil, "", nil
package.searchers = { package.searchers[1] }

-- The clock is the message's; see process.lua for os.time.
local os_ = {
  time = function() return 0 end,
  clock = function() return 0.0 end,
  difftime = function(later, earlier) return later - (earlier or 0) + 0.0 end,
  date = function(format, seconds)
    date = date or require(".aoscope.date")
    return date.format(format, seconds or os.time() // 1000)
  end,
}
os = os_
package.loaded.os = os_

-- Reading the stack is harmless; hooks, registries and other functions' locals are not.
local debug_ = {
  traceback = debug.traceback,
  getinfo = debug.getinfo,
}
debug = debug_
package.loaded.debug = debug_

-- Bytecode is not checked by Lua and can break the VM, so only text is compiled.
function load(chunk, name, mode, ...)
  if mode ~= nil and not tostring(mode):find("t", 1, true) then
    return nil, "attempt to load a text chunk (mode is '" .. tostring(mode) .. "')"
  end
  if select("#", ...) > 0 then return rawload(chunk, name, "t", (...)) end
  return rawload(chunk, name, "t")
end
string.dump = nil

-- Lua runs finalizers with the instruction count switched off.
function setmetatable(value, metatable)
  if type(metatable) == "table" and rawget(metatable, "__gc") ~= nil then
    error("__gc metamethods are not available in a process", 2)
  end
  -- C would name a line of this file.
  local former = rawgetmetatable(value)
  if former ~= nil and rawget(former, "__metatable") ~= nil and type(value) == "table" then
    error("cannot change a protected metatable", 2)
  end
  return rawsetmetatable(value, metatable)
end

-- Two loops inside C that take no memory and would never come back.
function string.rep(text, count, separator)
  if #text == 0 and (separator == nil or #separator == 0) then return "" end
  return rawrep(text, count, separator)
end

local MOVE_MAX = 50000000
function table.move(from, first, last, to, target)
  if math.type(first) == "integer" and math.type(last) == "integer" and last - first >= MOVE_MAX then
    error("too many elements to move", 2)
  end
  return rawmove(from, first, last, to, target or from)
end

-- Each coroutine counts its own instructions and tells of them a thousand at a time. One that ends before that would
-- run for nothing, so making it has a price.
local COROUTINE_PRICE = 250

function coroutine.create(body)
  for _ = 1, COROUTINE_PRICE do end
  return rawcreate(body)
end

function coroutine.wrap(body)
  for _ = 1, COROUTINE_PRICE do end
  return rawwrap(body)
end

warn = function() end
