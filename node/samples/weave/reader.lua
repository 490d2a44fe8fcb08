-- A reader fetches pages from Arweave: it asks the shelf for an id, and has the item itself assigned to it.

-- The texts that were read, by title, and what is on its way, by id.
Texts = Texts or {}
Waiting = Waiting or {}

-- An assigned item was meant for somebody else. A process takes none, unless it says which: here those that it asked for.
ao.addAssignable("pages", function(msg) return Waiting[msg.Id] ~= nil end)

Handlers.add("Read", "Read", function(msg)
  local found = Send({ Target = Peers.shelf, Action = "Find", Title = msg.Tags.Title }).receive()
  if found.Tags.Error then
    print(msg.Tags.Title .. ": " .. found.Tags.Error)
    msg.reply({ Action = "Read-Error", Error = found.Tags.Error })
    return
  end
  Waiting[found.Tags.Page] = { title = found.Tags.Title, by = found.Tags.By, asker = msg.From }
  print("Fetching " .. found.Tags.Page)
  Assign({ Processes = { ao.id }, Message = found.Tags.Page })
end)

-- The page itself, as it was signed: From is who wrote it, not who asked for it.
Handlers.add("Page", {
  Action = "Page",
  Id = function(id) return Waiting[id] ~= nil end,
}, function(msg)
  local asked = Waiting[msg.Id]
  Waiting[msg.Id] = nil
  if msg.From ~= asked.by then return print("Not by whom the shelf said") end
  Texts[asked.title] = msg.Data
  print(asked.title .. ": " .. msg.Data)
  Send({ Target = asked.asker, Action = "Text", Title = asked.title, Data = msg.Data })
end)
