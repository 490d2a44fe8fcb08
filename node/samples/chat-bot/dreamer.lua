-- A worker that dreams: every second job it puts aside, until its cron wakes it. By then the desk has lost patience.

local words = require("words")

Taken = Taken or 0
Aside = Aside or {}

local function answer(job, text)
  Send({ Target = Peers.desk, Action = "Answer", Job = job, Data = words.answer(text) })
end

Handlers.add("Job", { Action = "Job", From = function(from) return Peers ~= nil and from == Peers.desk end }, function(msg)
  Taken = Taken + 1
  if Taken % 2 == 0 then
    print("…")
    table.insert(Aside, { job = msg.Tags.Job, text = msg.Data })
    return
  end
  print(msg.Data)
  answer(msg.Tags.Job, msg.Data)
end)

Handlers.add("Wake", { Action = "Wake", From = function(from) return from == Owner end }, function()
  for _, one in ipairs(Aside) do answer(one.job, one.text) end
  Aside = {}
end)
