-- A visitor brings three books, borrows one of them twice, and asks what there is. She runs on our Lua module: processes on different
-- modules speak with each other like all others.

Log = Log or {}

local function isFromLibrary(from) return Peers ~= nil and from == Peers.library end

local function note(line)
  table.insert(Log, line)
  print(line)
end

local function ask(what)
  what.Target = Peers.library
  Send(what)
  return Receive({ From = isFromLibrary })
end

Handlers.add("Visit", { Action = "Visit", From = function(from) return from == Owner end }, function()
  local books = { { "Emma", "Austen" }, { "Persuasion", "Austen" }, { "Walden", "Thoreau" } }
  for _, book in ipairs(books) do ask({ Action = "Add", Title = book[1], Author = book[2], Copies = "1" }) end
  for _ = 1, 2 do
    local answer = ask({ Action = "Borrow", Title = "Emma" })
    note(answer.Tags.Error or ("I have " .. answer.Tags.Title))
  end
  note(ask({ Action = "Search", By = "Aus" }).Data)
end)
