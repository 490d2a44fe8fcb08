-- A worker answers every job at once.

local words = require("words")

Handlers.add("Job", { Action = "Job", From = function(from) return Peers ~= nil and from == Peers.desk end }, function(msg)
  local answer = words.answer(msg.Data)
  print(msg.Data .. " → " .. answer)
  msg.reply({ Action = "Answer", Job = msg.Tags.Job, Data = answer })
end)
