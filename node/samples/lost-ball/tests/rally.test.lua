-- The rally as it should be. Empty this table, and one test fails: that is the planted bug.
local SOURCES = { pong = "fixed.lua" }

describe("a rally", function()
  local all

  before(function() all = spawnAll({ sources = SOURCES }) end)

  it("comes back with the same ball", function()
    local ball = send(all.pong, { Action = "Ping", Count = "7" })
    expect(ball:reply().Count).equals("7")
    expect(ball:output()).has("Ball 7 comes back")
  end)

  it("goes on beyond the ninth ball", function()
    send(all.ping, { Action = "Start", Rounds = "11" })
    expect(state(all.ping, "Played")).equals(11)
  end)
end)
