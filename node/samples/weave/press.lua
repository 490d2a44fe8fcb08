-- A press writes pages. Whatever a process sends is a data item on Arweave, for good: to write a page is to send it.

Published = Published or {}

-- Data: the text. Title: its name on the shelf.
Handlers.add("Publish", { Action = "Publish", From = function(from) return from == Owner end }, function(msg)
  print("Publishing " .. msg.Tags.Title)
  Send({ Target = Peers.shelf, Action = "Page", Title = msg.Tags.Title, ["Content-Type"] = "text/plain", Data = msg.Data })
end)

-- A page lies on the shelf. The press has it read, to see that it is there.
Handlers.add("Shelved", { Action = "Shelved", From = function(from) return Peers ~= nil and from == Peers.shelf end }, function(msg)
  Published[msg.Tags.Title] = msg.Tags.Page
  print(msg.Tags.Title .. " is " .. msg.Tags.Page)
  if Name == "press" then Send({ Target = Peers.reader, Action = "Read", Title = msg.Tags.Title }) end
end)

-- The reader has read a page, and shows it to whoever asked for it.
Handlers.add("Text", { Action = "Text", From = function(from) return Peers ~= nil and from == Peers.reader end }, function(msg)
  print("Read back: " .. msg.Data)
end)

Handlers.add("Open", { Action = "Open", From = function(from) return from == Owner end }, function()
  for place, text in ipairs({
    "In the beginning was the message, and the message had a slot.",
    "What was written once is there for good; what was computed of it can be computed again.",
  }) do
    Send({ Target = Peers.shelf, Action = "Page", Title = "Page " .. place, ["Content-Type"] = "text/plain", Data = text })
  end
end)
