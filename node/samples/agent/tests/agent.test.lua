-- The agent as it should be. Empty this table, and one test fails: that is the planted bug.
local SOURCES = { agent = "fixed.lua" }

describe("agent", function()
  local all

  before(function() all = spawnAll({ sources = SOURCES, start = true }) end)

  it("decides once it has seen enough, and knows what it owns", function()
    clock.step(9)
    expect(state(all.agent, "Prices")).equals({ 98, 104, 103, 109 })
    local trade = state(all.agent, "Trades[1]")
    expect({ trade.action, trade.quantity }).equals({ "Bought", "908" })
    expect(state(all.agent, "Account")).equals(state(all.market, "Accounts['" .. all.agent.id .. "']"))
    expect(tried(all.agent, { Action = "Info" }).messages[1].Trades).equals("1")
  end)

  it("pays a fee for every trade, also for a small one", function()
    clock.step(9)
    expect(state(all.agent, "Account.cash")).equals("38") -- 100000 - 908 * 109 - 990
    local eve = wallet("eve")
    send(all.market, { Action = "Join", From = eve })
    eval(all.market, "Accounts['" .. eve.id .. "'].cash, Price = '9', '3'")
    expect(send(all.market, { Action = "Buy", From = eve }):reply({ Action = "Bought" }).Cash).equals("2") -- 9 - 2 * 3 - 1
    expect(send(all.market, { Action = "Sell", From = eve }):reply({ Action = "Sold" }).Cash).equals("7")
  end)

  it("rests between two trades", function()
    clock.step(61)
    local trades = state(all.agent, "Trades")
    expect(#trades).equals(3)
    for place = 2, #trades do expect(trades[place].time - trades[place - 1].time).isAbove(19999) end
  end)

  it("reports by its own cron, and believes the market alone", function()
    send(all.agent, { Action = "Price", Price = "1", From = wallet("mallory") })
    expect(state(all.agent, "#Prices")).equals(0)
    clock.step(21)
    expect(ticked(all.agent):output()).matches("^%d trades?s?, worth %d+ cents$")
  end)
end)
