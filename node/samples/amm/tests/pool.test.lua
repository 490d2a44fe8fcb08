-- The pool as it should be. Empty this table, and two tests fail: that is the planted bug.
local SOURCES = { pool = "fixed.lua" }

describe("pool", function()
  local all

  local function holds(who) return state(all.gold, "Balances['" .. who.id .. "'] or '0'"), state(all.silver, "Balances['" .. who.id .. "'] or '0'") end
  local function provide(gold, silver)
    return send(all.ada, { Action = "Provide", Gold = gold, Silver = silver }):reply({ Action = "Provided" }).Shares
  end

  before(function() all = spawnAll({ sources = SOURCES }) end)

  it("gives shares for a deposit, and the deposit for the shares", function()
    expect(provide("10000", "20000")).equals("14142")
    send(all.ada, { Action = "Withdraw", Shares = "14142" }):reply({ Action = "Withdrawn" })
    expect({ holds(all.ada) }).equals({ "20000", "20000" })
    expect(state(all.pool, "{ Reserves, TotalShares, next(Shares) ~= nil }")).equals({ { gold = "0", silver = "0" }, "0", true })
  end)

  it("gives back what is beyond the ratio", function()
    provide("1000", "2000")
    provide("500", "3000")
    expect(state(all.pool, "Reserves")).equals({ gold = "1500", silver = "3000" })
    expect({ holds(all.ada) }).equals({ "18500", "17000" })
  end)

  it("swaps at the price of its reserves, less the fee", function()
    provide("10000", "20000")
    local quoted = tried(all.pool, { Action = "Quote", Pay = "gold", Quantity = "500" }).messages[1]
    local swap = send(all.ben, { Action = "Swap", Pay = "gold", Quantity = "500", ["Min-Out"] = "900" })
    expect(swap:reply({ Action = "Swapped" }).Out).equals(quoted.Out)
    expect({ holds(all.ben) }).equals({ "9500", tostring(10000 + math.tointeger(quoted.Out)) })
    expect(state(all.pool, "Reserves")).equals({ gold = "10500", silver = tostring(20000 - math.tointeger(quoted.Out)) })
  end)

  it("refuses below the limit, and stays as it was", function()
    provide("10000", "20000")
    local swap = send(all.ben, { Action = "Swap", Pay = "silver", Quantity = "800", ["Min-Out"] = "460" })
    expect(swap:messages({ Action = "Swap-Refused" })[1].Error).has("slippage")
    expect({ holds(all.ben) }).equals({ "10000", "10000" })
    expect(state(all.pool, "Reserves")).equals({ gold = "10000", silver = "20000" })
  end)

  it("swaps nothing without a limit", function()
    provide("10000", "20000")
    eval(all.ben, 'Send({ Target = Peers.gold, Action = "Transfer", Recipient = Peers.pool, Quantity = "50", ["X-Action"] = "Swap" })')
    expect(awaits(all.ben, { Action = "Swap-Refused" }).Error).equals("X-Min-Out is needed")
    expect({ holds(all.ben) }).equals({ "10000", "10000" })
  end)

  it("gives half a deposit back to who asks for it", function()
    eval(all.ada, 'Send({ Target = Peers.gold, Action = "Transfer", Recipient = Peers.pool, Quantity = "700", ["X-Action"] = "Provide" })')
    expect({ holds(all.ada) }).equals({ "19300", "20000" })
    for _ = 1, 2 do eval(all.ada, 'Send({ Target = Peers.pool, Action = "Cancel" })') end
    awaits(all.ada, { Action = "Cancelled", Gold = "700", Silver = "0" })
    awaits(all.ada, { Action = "Cancel-Error" })
    expect({ holds(all.ada) }).equals({ "20000", "20000" })
    expect(state(all.pool, "next(Deposits) == nil")).isTrue()
  end)

  it("leaves a trader waiting for nothing who pays more than it has", function()
    local refused = send(all.ada, { Action = "Provide", Gold = "700", Silver = "20001" }):reply({ Action = "Provided" })
    expect(refused.Error).equals("insufficient balance")
    expect({ holds(all.ada) }).equals({ "20000", "20000" })
    expect(state(all.ada, "Gain")).equals({ gold = "0", silver = "0" })
    provide("10000", "20000")
    expect(state(all.ada, "Gain")).equals({ gold = "-10000", silver = "-20000" })
    local swap = send(all.ben, { Action = "Swap", Pay = "gold", Quantity = "10001", ["Min-Out"] = "1" })
    expect(swap:reply({ Action = "Swapped" }).Error).equals("insufficient balance")
  end)

  it("believes nobody but the tokens", function()
    send(all.pool, { Action = "Credit-Notice", Quantity = "1000", Sender = wallet("eve"), ["X-Action"] = "Provide" })
    expect(state(all.pool, "next(Deposits) == nil")).isTrue()
  end)

  it("pays everybody out at the end of the day", function()
    local day = send(all.day, { Action = "Open" })
    expect(#day:messages({ to = "day", Action = "Swapped" })).equals(4)
    expect(#day:messages({ to = "day", Action = "Withdrawn" })).equals(1)
    expect(state(all.pool, "Reserves")).equals({ gold = "0", silver = "0" })
    expect(received(all.pool, { Action = "Transfer-Error" })).equals({})
  end)
end)
