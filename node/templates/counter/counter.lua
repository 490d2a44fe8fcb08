-- A counter: the action Add adds, the action Get tells.
local number = require("lib.number")

-- "X = X or …" keeps the value when this file is evaluated again into the running process.
Count = Count or 0

Handlers.add("Add", "Add", function(msg)
  Count = Count + (number.of(msg.Tags.By) or 1)
  print("The count is " .. Count)
  msg.reply({ Action = "Added", Data = tostring(Count) })
end)

Handlers.add("Get", "Get", function(msg)
  msg.reply({ Action = "Count", Data = tostring(Count) })
end)
