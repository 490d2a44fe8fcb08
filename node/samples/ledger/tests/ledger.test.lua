-- The ledger as it should be. Empty this table, and one test fails: that is the planted bug.
local SOURCES = { ledger = "fixed.lua" }

describe("ledger", function()
  local all

  local function transfer(sender, recipient, amount)
    return send(all.ledger, { Action = "Transfer", Sender = sender, Recipient = recipient, Amount = amount })
  end

  before(function() all = spawnAll({ sources = SOURCES }) end)

  it("takes a tenth of a transfer from who sends it", function()
    transfer("alice", "bob", "100")
    expect(state(all.ledger, "Balances")).has({ alice = 290, bob = 500, house = 10 })
  end)

  it("refuses what is more than there is", function()
    expect(transfer("dave", "bob", "2"):output()).has("too little")
    expect(state(all.ledger, "Balances.dave")).equals(1)
  end)

  it("lets nobody pay for a transfer who is not part of it", function()
    transfer("dave", "alice", "1")
    transfer("erin", "bob", "30")
    expect(state(all.ledger, "Balances")).has({ dave = 0, erin = 0, bob = 427, house = 3 })
  end)
end)
