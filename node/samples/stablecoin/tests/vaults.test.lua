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

  -- The oracle says that this was the price, so many milliseconds after the one that is known.
  local function price(cents, later)
    local time = state(all.vaults, "PricedAt + " .. later)
    eval(all.oracle, 'Send({ Target = Peers.vaults, Action = "Price", Price = "' .. cents .. '", Time = "' .. tostring(time) .. '" })')
  end
  local function balance(token, who) return state(all[token], "Balances['" .. all[who].id .. "'] or '0'") end

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
    send(all.vaults, { Action = "Price", Price = "60", Time = tostring(state(all.vaults, "PricedAt + 1")), From = wallet("mallory") })
    expect(state(all.vaults, "Price")).equals("200")
    expect(received(all.ada, { Action = "Liquidated" })).equals({})
  end)

  it("believe no price that is none, or older than the one they know", function()
    for _, cents in ipairs({ "0", "-5", "1e3", "" }) do price(cents, 1) end
    price("60", 0)
    price("60", -1000)
    expect(state(all.vaults, "Price")).equals("200")
    price("199", 1)
    expect(state(all.vaults, "Price")).equals("199")
  end)

  it("lend nothing upon an old price, or before there is one", function()
    eval(all.oracle, "Subscribers = {}")
    clock.step(31)
    expect(send(all.ben, { Action = "Open-Vault", Ore = "100", Usd = "1" }):reply({ Action = "Vault-Opened" }).Error).has("no price of late")
    for _, who in ipairs({ "ada", "ben" }) do eval(all[who], 'Send({ Target = Peers.vaults, Action = "Withdraw", Quantity = "1" })') end
    expect(awaits(all.ada, { Action = "Withdraw-Error" }).Error).has("no price of late")

    all = spawnAll({ sources = SOURCES })
    expect(send(all.ben, { Action = "Open-Vault", Ore = "100", Usd = "1" }):reply({ Action = "Vault-Opened" }).Error).has("no price of late")
    eval(all.ben, 'Send({ Target = Peers.vaults, Action = "Withdraw", Quantity = "100" })')
    expect(balance("ore", "ben")).equals("2000") -- who owes nothing needs no price
  end)

  it("take no more for ore than it costs, where there is too little for the debt", function()
    price("100", 1)
    expect(vaults().ben).equals({ ore = "0", debt = "290" })
    expect({ balance("usd", "keeper"), balance("ore", "keeper"), balance("usd", "vaults") }).equals({ "990", "2000", "0" })
    expect(state(all.usd, "Supply")).equals("2690")
    price("90", 1)
    expect(#received(all.keeper, { Action = "Unsafe" })).equals(1)
  end)

  it("send back what was paid in for no reason", function()
    for _, token in ipairs({ "ore", "usd" }) do
      eval(all.ada, "Send({ Target = Peers." .. token .. ', Action = "Transfer", Recipient = Peers.vaults, Quantity = "100" })')
    end
    expect({ balance("ore", "ada"), balance("usd", "ada"), balance("usd", "vaults") }).equals({ "1000", "500", "0" })
  end)

  it("are opened by nobody who has too little ore", function()
    expect(send(all.ada, { Action = "Open-Vault", Ore = "1001", Usd = "1" }):reply({ Action = "Vault-Opened" }).Error).equals("insufficient balance")
    expect(vaults().ada).equals({ ore = "1000", debt = "500" })
  end)

  it("give ore back that no debt needs", function()
    eval(all.ada, 'Send({ Target = Peers.vaults, Action = "Withdraw", Quantity = "700" })')
    expect(awaits(all.ada, { Action = "Withdraw-Error" }).Error).has("needs that ore")
    eval(all.ada, 'Send({ Target = Peers.vaults, Action = "Withdraw", Quantity = "600" })')
    expect(vaults().ada.ore).equals("400")
    expect(state(all.ore, "Balances['" .. all.ada.id .. "']")).equals("1600")
  end)
end)
