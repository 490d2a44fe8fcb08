-- A reader fetches pages from Arweave: it asks the shelf for an id, and has the item itself assigned to it.

-- What was read, by title: { page, text }. What is on its way, by the id of the page: { title, by, askers }.
Texts = Texts or {}
Waiting = Waiting or {}

-- An assigned item was meant for somebody else. A process takes none, unless it says which: here those that it asked for.
-- It stays said, also when this line is gone: only ao.removeAssignable("pages") takes it back in a running process.
ao.addAssignable("pages", function(msg) return Waiting[msg.Id] ~= nil end)

local function tell(asker, title) Send({ Target = asker, Action = "Text", Title = title, Data = Texts[title].text }) end

Handlers.add("Read", "Read", function(msg)
  local found = Send({ Target = Peers.shelf, Action = "Find", Title = msg.Tags.Title }).receive()
  if found.Tags.Error then
    print(msg.Tags.Title .. ": " .. found.Tags.Error)
    msg.reply({ Action = "Read-Error", Error = found.Tags.Error })
    return
  end
  local title, page = found.Tags.Title, found.Tags.Page
  -- An item stands in the log of a process once: it cannot be assigned a second time.
  local known, waiting = Texts[title], Waiting[page]
  if known and known.page == page then return tell(msg.From, title) end
  if waiting then return table.insert(waiting.askers, msg.From) end
  Waiting[page] = { title = title, by = found.Tags.By, askers = { msg.From } }
  print("Fetching " .. page)
  Assign({ Processes = { ao.id }, Message = page })
end)

-- The page itself, as it was signed: From is who wrote it, not who asked for it.
Handlers.add("Page", {
  Action = "Page",
  Id = function(id) return Waiting[id] ~= nil end,
}, function(msg)
  local asked = Waiting[msg.Id]
  Waiting[msg.Id] = nil
  if msg.From ~= asked.by then return print("Not by whom the shelf said") end
  Texts[asked.title] = { page = msg.Id, text = msg.Data }
  print(asked.title .. ": " .. msg.Data)
  for _, asker in ipairs(asked.askers) do tell(asker, asked.title) end
end)
