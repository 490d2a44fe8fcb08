-- The vaults as they should be. Empty this table, and one test fails: that is the planted bug.
local SOURCES = { vaults = "fixed.lua" }

describe("vaults", function()
  local all

  -- Names in place of ids.
  local function vaults()
    local found = {}
    for id, vault in pairs(state(all.vaults, "Vaults")) do
      for name, process in pairs(all) do
        if process.id == id then found[name] = vault end
      end
    end
    return found
  end

  before(function()
    all = spawnAll({ sources = SOURCES })
    send(all.vaults, { Action = "Open" })
    send(all.day, { Action = "Open" })
    idle() -- until all that follows from it has happened
  end)

  it("lend usd that exists only while it is owed", function()
    expect(vaults()).equals({
      ada = { ore = "1000", debt = "500" },
      ben = { ore = "1000", debt = "1200" },
      keeper = { ore = "5000", debt = "1900" },
    })
    expect(state(all.usd, "Supply")).equals("3600")
    local more = send(all.ben, { Action = "Open-Vault", Ore = "100", Usd = "9000" })
    expect(more:messages({ Action = "Borrow-Error" })[1].Error).has("too little ore")
    eval(all.ada, 'Send({ Target = Peers.usd, Action = "Transfer", Recipient = Peers.vaults, Quantity = "500", ["X-Action"] = "Repay" })')
    expect(vaults().ada).equals({ ore = "1000", debt = "0" })
    expect(state(all.usd, "Supply")).equals("3100")
  end)

  it("are sold by the keeper once the oracle's price makes them unsafe", function()
    clock.step(31)
    expect(state(all.vaults, "Price")).equals("176")
    expect(vaults().ben).equals({ ore = "250", debt = "0" })
    expect(vaults().ada).equals({ ore = "1000", debt = "500" })
    expect(awaits(all.ben, { Action = "Liquidated" }).Ore).equals("750")
    expect(state(all.ore, "Balances['" .. all.keeper.id .. "']")).equals("1750")
    expect(state(all.usd, "Supply")).equals("2400")
  end)

  it("are left alone while they are safe, whatever anybody else says of the price", function()
    send(all.vaults, { Action = "Price", Price = "60", From = wallet("mallory") })
    expect(state(all.vaults, "Price")).equals("200")
    expect(received(all.ada, { Action = "Liquidated" })).equals({})
  end)

  it("give ore back that no debt needs", function()
    eval(all.ada, 'Send({ Target = Peers.vaults, Action = "Withdraw", Quantity = "700" })')
    expect(awaits(all.ada, { Action = "Withdraw-Error" }).Error).has("needs that ore")
    eval(all.ada, 'Send({ Target = Peers.vaults, Action = "Withdraw", Quantity = "600" })')
    expect(vaults().ada.ore).equals("400")
    expect(state(all.ore, "Balances['" .. all.ada.id .. "']")).equals("1600")
  end)
end)
