-- A library in an SQL database that is part of the process's memory: it is stepped back and forth in time like every other state.
-- lsqlite3 is in the module "aos with SQLite" only. That one is an aos of version 0.2: no msg.reply, no Receive, no On-Boot.

local sqlite3 = require("lsqlite3")
local json = require("json")

DB = DB or sqlite3.open_memory()
-- What stands in the tables, as text, for a look in the inspector: the database itself is bytes.
Shelf = Shelf or ""

DB:exec([[
  create table if not exists books (title text primary key, author text not null, copies integer not null check (copies >= 0));
  create table if not exists loans (title text not null references books, reader text not null, primary key (title, reader));
]])

local function answer(msg, fields)
  fields.Target = msg.From
  fields["X-Reference"] = msg.Tags.Reference
  ao.send(fields)
end

local function refuse(msg, reason)
  print("Refused: " .. reason)
  answer(msg, { Action = msg.Tags.Action .. "-Error", Error = reason })
end

-- Runs a statement with values bound to its question marks: what strangers send never becomes part of the SQL.
-- Gives the rows, and how many were changed; nil and a reason where it fails.
local function run(sql, ...)
  local statement = DB:prepare(sql)
  if not statement then return nil, DB:errmsg() end
  statement:bind_values(...)
  local rows = {}
  local code = statement:step()
  while code == sqlite3.ROW do
    table.insert(rows, statement:get_named_values())
    code = statement:step()
  end
  local problem = code ~= sqlite3.DONE and DB:errmsg() or nil
  statement:finalize()
  if problem then return nil, problem end
  return rows, DB:changes()
end

local function look()
  local lines = {}
  for _, book in ipairs(run("select title, author, copies from books order by title")) do
    table.insert(lines, book.title .. " by " .. book.author .. ": " .. math.floor(book.copies))
  end
  Shelf = table.concat(lines, "\n")
end

local function on(action, handle)
  Handlers.add(action, Handlers.utils.hasMatchingTag("Action", action), handle)
end

-- A whole number above zero; nil for anything else: tonumber alone also takes "-5" and "1e400".
local function countOf(text)
  if type(text) ~= "string" or #text > 9 or not text:match("^%d+$") then return nil end
  local count = math.tointeger(tonumber(text))
  return count > 0 and count or nil
end

-- Title, Author and Copies.
on("Add", function(msg)
  local copies = countOf(msg.Tags.Copies)
  if not msg.Tags.Title or not msg.Tags.Author or not copies then return refuse(msg, "Title, Author and Copies are needed") end
  local rows, problem = run(
    "insert into books values (?, ?, ?) on conflict (title) do update set copies = copies + excluded.copies",
    msg.Tags.Title, msg.Tags.Author, copies
  )
  if not rows then return refuse(msg, problem) end
  look()
  print("Added " .. msg.Tags.Title)
  answer(msg, { Action = "Added", Title = msg.Tags.Title })
end)

-- Title. Both statements, or none: a transaction.
on("Borrow", function(msg)
  local title = msg.Tags.Title or ""
  DB:exec("begin")
  local taken, changed = run("update books set copies = copies - 1 where title = ? and copies > 0", title)
  local lent, problem = nil, "no copy of that is there"
  if taken and changed == 1 then lent, problem = run("insert into loans values (?, ?)", title, msg.From) end
  if not lent then
    DB:exec("rollback")
    return refuse(msg, problem)
  end
  DB:exec("commit")
  look()
  print("Lent " .. title)
  answer(msg, { Action = "Borrowed", Title = title })
end)

-- By: the beginning of an author's name, as it is: with "like", % and _ of strangers would stand for anything.
on("Search", function(msg)
  local rows = run(
    "select title, author, cast(copies as text) as copies from books where substr(author, 1, length(?1)) = ?1 order by title",
    msg.Tags.By or ""
  )
  answer(msg, { Action = "Found", Count = tostring(#rows), Data = json.encode(rows) })
end)
