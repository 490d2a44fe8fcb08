-- A process in Lua that counts on one in AssemblyScript: what goes between them are ordinary messages.
Last = Last or 0

-- Tags: Times, how often; Quantity, by how many.
Handlers.add("Click", "Click", function(msg)
  local times = tonumber(msg.Times) or 1
  for _ = 1, times do
    Send({ Target = Peers.counter, Action = "Add", Quantity = msg.Quantity or "1" })
  end
  print("Clicked " .. times .. " times")
end)

Handlers.add("Count", "Count", function(msg)
  Last = tonumber(msg.Data)
  print("The counter stands at " .. msg.Data)
end)
