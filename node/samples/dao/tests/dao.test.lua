-- The dao as it should be. Empty this table, and two tests fail: that is the planted bug.
local SOURCES = { dao = "fixed.lua" }

describe("dao", function()
  local all

  local function order(member, what)
    send(all[member], what):reply({ Action = "Done" })
  end
  local function propose(member, quantity)
    order(member, { Action = "Propose", Recipient = all.cleo.id, Quantity = quantity or "600" })
  end
  local function vote(member, side) order(member, { Action = "Vote", Proposal = "1", Side = side }) end
  local function balance(who) return state(all.token, "Balances['" .. who.id .. "'] or '0'") end

  before(function()
    all = spawnAll({ sources = SOURCES })
    order("ada", { Action = "Stake", Quantity = "400" })
    order("ben", { Action = "Stake", Quantity = "500" })
  end)

  it("pays what the larger stake wants, once the vote is over", function()
    propose("ada")
    vote("ada", "no")
    vote("ben", "yes")
    vote("ben", "yes")
    expect(state(all.dao, "{ Proposals[1].yes, Proposals[1].no, Proposals[1].state }")).equals({ "500", "400", "open" })
    clock.step(41)
    expect(state(all.dao, "Proposals[1].state")).equals("passed")
    expect({ balance(all.cleo), balance(all.dao) }).equals({ "700", "1300" })
    awaits(all.ada, { Action = "Decided", State = "passed" })
    expect(state(all.dao, "Treasury")).equals("400")
  end)

  it("pays out of the treasury only, never out of what others have staked", function()
    propose("ben", "1900")
    propose("ben", "1000")
    for number = 1, 2 do order("ben", { Action = "Vote", Proposal = tostring(number), Side = "yes" }) end
    clock.step(41)
    expect(state(all.dao, "{ Proposals[1].state, Proposals[2].state, Treasury }")).equals({ "rejected", "passed", "0" })
    order("ada", { Action = "Unstake", Quantity = "400" })
    order("ben", { Action = "Unstake", Quantity = "500" })
    expect({ balance(all.ada), balance(all.ben), balance(all.cleo), balance(all.dao) }).equals({ "400", "500", "1100", "0" })
  end)

  it("may be given coins to spend", function()
    send(all.ada, { Action = "Give", To = "dao", Quantity = "1" })
    expect(state(all.dao, "Treasury")).equals("1000")
    order("ada", { Action = "Unstake", Quantity = "400" })
    order("ada", { Action = "Give", To = "dao", Quantity = "150" })
    expect(state(all.dao, "{ Treasury, TotalStaked }")).equals({ "1150", "500" })
  end)

  it("tells a member who pays more than it has", function()
    order("ben", { Action = "Unstake", Quantity = "501" })
    expect(send(all.cleo, { Action = "Stake", Quantity = "500" }):reply({ Action = "Done" }).Error).equals("insufficient balance")
    expect(state(all.cleo, "Log")).equals({ "insufficient balance" })
  end)

  it("rejects what too few have voted for", function()
    propose("ada")
    vote("ada", "yes")
    clock.step(41)
    expect(state(all.dao, "Proposals[1].state")).equals("rejected")
    expect(balance(all.cleo)).equals("100")
  end)

  it("counts no coin twice, and gives it back after the vote", function()
    propose("ada")
    vote("ada", "yes")
    vote("ben", "no")
    order("ada", { Action = "Unstake", Quantity = "400" })
    awaits(all.ada, { Action = "Unstake-Error" })
    order("ada", { Action = "Give", To = "cleo", Quantity = "400" })
    clock.step(41)
    expect(state(all.dao, "Proposals[1].state")).equals("rejected")
    order("ada", { Action = "Unstake", Quantity = "400" })
    expect(balance(all.ada)).equals("400")
  end)

  it("keeps the treasury from ada's plan", function()
    order("ada", { Action = "Unstake", Quantity = "400" })
    order("ben", { Action = "Unstake", Quantity = "500" })
    local day = send(all.day, { Action = "Open" })
    expect(#day:messages({ to = "day", Action = "Done" })).equals(9)
    clock.step(41)
    expect({ state(all.dao, "Proposals[1].state"), balance(all.dao) }).equals({ "rejected", "1900" })
  end)

  it("hears nobody who has staked nothing", function()
    local eve = wallet("eve")
    send(all.dao, { Action = "Propose", Recipient = eve, Quantity = "1000", From = eve }):reply({ Action = "Propose-Error" })
    send(all.dao, { Action = "Unstake", Quantity = "1", From = eve }):reply({ Action = "Unstake-Error" })
    send(all.dao, { Action = "Credit-Notice", Sender = eve, Quantity = "1000", ["X-Action"] = "Stake", From = eve })
    expect(state(all.dao, "TotalStaked")).equals("900")
  end)
end)
