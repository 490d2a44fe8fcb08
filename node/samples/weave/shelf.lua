-- The shelf knows where pages are, and keeps none of them: their ids are enough, since Arweave keeps the rest.

local json = require("json")

-- By title: the id of the data item, who wrote it, how long it is.
Pages = Pages or {}

-- Whoever wrote a page first may write it anew; nobody else may.
Handlers.add("Page", "Page", function(msg)
  local title = msg.Tags.Title
  local known = title and Pages[title]
  if not title or (known and known.by ~= msg.From) then
    msg.reply({ Action = "Page-Error", Error = "a Title is needed that belongs to nobody else" })
    return
  end
  Pages[title] = { id = msg.Id, by = msg.From, length = #msg.Data }
  print(title .. " lies at " .. msg.Id)
  msg.reply({ Action = "Shelved", Title = title, Page = msg.Id })
end)

Handlers.add("Find", "Find", function(msg)
  local found = Pages[msg.Tags.Title or ""]
  if not found then
    msg.reply({ Action = "Find-Error", Error = "no such page" })
    return
  end
  msg.reply({ Action = "Found", Title = msg.Tags.Title, Page = found.id, By = found.by })
end)

Handlers.add("List", "List", function(msg)
  msg.reply({ Action = "Listed", Data = json.encode(Pages) })
end)
