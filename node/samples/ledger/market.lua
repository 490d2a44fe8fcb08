-- A market day: two hundred transfers, most of them between three traders.

local traders = { "alice", "bob", "carol" }

local function transfer(sender, recipient, amount)
  Send({ Target = Peers.ledger, Action = "Transfer", Sender = sender, Recipient = recipient, Amount = tostring(amount) })
end

Handlers.add("Open", "Open", function()
  for number = 1, 200 do
    if number == 139 then
      transfer("dave", "alice", 1)
    elseif number == 140 then
      transfer("erin", "bob", 30)
    else
      transfer(traders[number % 3 + 1], traders[(number + 1) % 3 + 1], 1 + number * 7 % 20)
    end
  end
end)
