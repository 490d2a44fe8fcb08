-- ".ao": who the process is, whom it trusts, and what it sends.
local text = require(".aoscope.text")

local previous = ao or {}
local ao = {
  _version = "0.0.6",
  id = previous.id or "",
  _module = previous._module or "",
  authorities = previous.authorities or {},
  reference = previous.reference or 0,
  outbox = previous.outbox or { Output = {}, Messages = {}, Spawns = {}, Assignments = {} },
  nonExtractableTags = {
    "Data-Protocol", "Variant", "From-Process", "From-Module", "Type",
    "From", "Owner", "Anchor", "Target", "Data", "Tags", "Read-Only",
  },
  nonForwardableTags = {
    "Data-Protocol", "Variant", "From-Process", "From-Module", "Type",
    "From", "Owner", "Anchor", "Target", "Tags", "TagArray", "Hash-Chain",
    "Timestamp", "Nonce", "Epoch", "Signature", "Forwarded-By",
    "Pushed-For", "Read-Only", "Cron", "Block-Height", "Reference", "Id",
    "Reply-To",
  },
}

local insert, sort, format = table.insert, table.sort, string.format
local type, pairs, ipairs, tostring = type, pairs, ipairs, tostring

-- Keys of a message that never become tags.
local FIELDS = { Target = true, Data = true, Anchor = true, Tags = true, From = true }

local function includes(list, wanted)
  for _, value in ipairs(list) do
    if value == wanted then return true end
  end
  return false
end

function ao.clone(value, seen)
  if type(value) ~= "table" then return value end
  seen = seen or {}
  if seen[value] then return seen[value] end
  local copy = {}
  seen[value] = copy
  for key, inner in pairs(value) do copy[ao.clone(key, seen)] = ao.clone(inner, seen) end
  return setmetatable(copy, getmetatable(value))
end

-- Puts tags onto the message itself, apart from those that say who sent it.
function ao.normalize(message)
  local skipped = ao.nonExtractableTags
  for _, tag in ipairs(message.Tags) do
    if not includes(skipped, tag.name) then message[tag.name] = tag.value end
  end
  return message
end

-- A copy without what belongs to the message's own way.
function ao.sanitize(message)
  local copy = ao.clone(message)
  for _, name in ipairs(ao.nonForwardableTags) do copy[name] = nil end
  return copy
end

function ao.clearOutbox()
  ao.outbox = { Output = {}, Messages = {}, Spawns = {}, Assignments = {} }
end

-- Takes over what the environment of an evaluation says about the process.
function ao.init(env)
  if ao.id == "" then ao.id = env.Process.Id end
  for _, tag in ipairs(env.Process.Tags) do
    if tag.name == "Module" and ao._module == "" then
      ao._module = tag.value
    elseif tag.name == "Authority" then
      for part in tag.value:gmatch("[^,]+") do
        if not includes(ao.authorities, part) then insert(ao.authorities, part) end
      end
    end
  end
  ao.clearOutbox()
  ao.env = env
end

-- Adds a line to the output.
function ao.log(line)
  print(line)
end

local function tag(tags, name, value)
  local shown = text.of(value)
  if shown == nil then error("the tag " .. text.error(name) .. " holds a " .. type(value) .. ", which cannot be sent", 0) end
  tags[#tags + 1] = { name = tostring(name), value = shown }
end

local function isArray(list)
  local count = 0
  for key in pairs(list) do
    if math.type(key) ~= "integer" then return false end
    count = count + 1
  end
  return count == #list
end

local function byText(first, second) return tostring(first) < tostring(second) end

-- Pairs in the order of their names: the same message has the same tags wherever it was built.
local function addPairs(tags, source, skipped)
  local names = {}
  for name in pairs(source) do
    if not (skipped and skipped[name]) then names[#names + 1] = name end
  end
  sort(names, byText)
  for _, name in ipairs(names) do tag(tags, name, source[name]) end
end

local function addTags(tags, message)
  addPairs(tags, message, FIELDS)
  local own = message.Tags
  if own == nil then return tags end
  if type(own) ~= "table" then error("Tags should be a table", 0) end
  if not isArray(own) then
    addPairs(tags, own)
    return tags
  end
  for _, one in ipairs(own) do
    if type(one) ~= "table" or one.name == nil then error("every entry of Tags needs a name and a value", 0) end
    if one.value ~= nil then tag(tags, one.name, one.value) end
  end
  return tags
end

local function data(message)
  local value = message.Data
  if type(value) == "table" then message["Content-Type"] = "application/json" end
  if value == nil then return nil end
  local shown = text.of(value)
  if shown == nil then error("Data holds a " .. type(value) .. ", which cannot be sent", 0) end
  return shown
end

local function nextReference()
  ao.reference = ao.reference + 1
  return tostring(ao.reference), format("%032d", ao.reference)
end

-- Sends a message once this evaluation has ended well. The answer waits for replies: `.receive()` or `.onReply(fn)`.
function ao.send(message)
  if type(message) ~= "table" then error("msg should be a table", 2) end
  local shownData = data(message)
  local reference, anchor = nextReference()
  local tags = addTags({
    { name = "Data-Protocol", value = "ao" },
    { name = "Variant", value = "ao.TN.1" },
    { name = "Type", value = "Message" },
    { name = "Reference", value = reference },
  }, message)
  local target = message.Target
  if target ~= nil and type(target) ~= "string" then target = text.error(target) end
  insert(ao.outbox.Messages, { Target = target, Data = shownData, Anchor = anchor, Tags = tags })

  local sent = { Target = target, Data = shownData, Anchor = anchor, Tags = tags }
  function sent.onReply(...)
    local from, handle = target, ...
    if select("#", ...) >= 2 then from, handle = ... end
    Handlers.once({ From = from, ["X-Reference"] = reference }, handle)
  end
  function sent.receive(from)
    return Handlers.receive({ From = from or target, ["X-Reference"] = reference })
  end
  return sent
end

-- Spawns a process out of `module` once this evaluation has ended well.
function ao.spawn(module, message)
  if type(module) ~= "string" then error("Module source id is required!", 2) end
  if type(message) ~= "table" then error("Message must be a table", 2) end
  local shownData = data(message) or "NODATA"
  local reference, anchor = nextReference()
  local tags = addTags({
    { name = "Data-Protocol", value = "ao" },
    { name = "Variant", value = "ao.TN.1" },
    { name = "Type", value = "Process" },
    { name = "From-Process", value = ao.id },
    { name = "From-Module", value = ao._module },
    { name = "Module", value = module },
    { name = "Reference", value = reference },
  }, message)
  insert(ao.outbox.Spawns, { Data = shownData, Anchor = anchor, Tags = tags })

  local spawned = { Data = shownData, Anchor = anchor, Tags = tags }
  local notice = { Action = "Spawned", From = ao.id, Reference = reference }
  function spawned.onReply(handle) Handlers.once(notice, handle) end
  function spawned.receive() return Handlers.receive(notice) end
  return spawned
end

-- Asks that a message or data that exists be given to `Processes`.
function ao.assign(assignment)
  if type(assignment) ~= "table" then error("assignment should be a table", 2) end
  if type(assignment.Processes) ~= "table" then error("Processes should be a table", 2) end
  if type(assignment.Message) ~= "string" then error("Message should be a string", 2) end
  insert(ao.outbox.Assignments, assignment)
end

-- Trusted are messages whose sender or signer is one of the process's authorities.
function ao.isTrusted(message)
  for _, authority in ipairs(ao.authorities) do
    if message.From == authority or message.Owner == authority then return true end
  end
  return false
end

-- What an evaluation answers: with an error nothing else leaves the process.
function ao.result(result)
  local failure = result.Error or ao.outbox.Error
  if failure then return { Error = failure } end
  return {
    Output = result.Output or ao.outbox.Output,
    Messages = ao.outbox.Messages,
    Spawns = ao.outbox.Spawns,
    Assignments = ao.outbox.Assignments,
  }
end

require(".assignment").init(ao)

return ao
