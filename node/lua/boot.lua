-- Entry of the runtime: gets every other file as a compiled function, closes what a process may not reach,
-- and answers with the function that evaluates one message.
local chunks = ...

-- The names under which a process can require the runtime's parts.
local FILES = {
  [".ao"] = "ao.lua",
  [".assignment"] = "assignment.lua",
  [".base64"] = "base64.lua",
  [".bint"] = "bint.lua",
  [".boot"] = "on-boot.lua",
  [".chance"] = "chance.lua",
  [".crypto.digest.init"] = "crypto-digest.lua",
  [".crypto.init"] = "crypto.lua",
  [".crypto.mac.init"] = "crypto-mac.lua",
  [".crypto.kdf.init"] = "crypto-kdf.lua",
  [".crypto.util.init"] = "crypto-bytes.lua",
  [".default"] = "default.lua",
  [".dump"] = "dump.lua",
  [".eval"] = "eval.lua",
  [".handlers"] = "handlers.lua",
  [".handlers-utils"] = "handler-patterns.lua",
  [".pretty"] = "pretty.lua",
  [".stringify"] = "stringify.lua",
  [".utils"] = "matching.lua",
  ["json"] = "json.lua",
  -- parts of our own
  [".aoscope.bint-words"] = "bint-words.lua",
  [".aoscope.date"] = "date.lua",
  [".aoscope.md"] = "crypto-md.lua",
  [".aoscope.sha2"] = "crypto-sha2.lua",
  [".aoscope.sha3"] = "crypto-sha3.lua",
  [".aoscope.text"] = "text.lua",
  [".aoscope.trace"] = "trace.lua",
}
local ALIASES = { ["ao"] = ".ao", [".json"] = "json", [".crypto"] = ".crypto.init" }

-- The runtime makes a coroutine for every message; that one is free.
local createThread = coroutine.create
chunks["sandbox.lua"]()

for name, file in pairs(FILES) do package.preload[name] = chunks[file] end
for alias, name in pairs(ALIASES) do
  package.preload[alias] = function() return require(name) end
end
package.preload[".process"] = function() return chunks["process.lua"](createThread) end

local process = require(".process")
local loaded = package.loaded

-- A process may put its own `handle` into the module, as on aos.
return function(message, env)
  local current = loaded[".process"]
  if type(current) ~= "table" or type(current.handle) ~= "function" then current = process end
  return current.handle(message, env)
end
