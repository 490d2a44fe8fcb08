-- Each file runs on a node of its own; processes are spawned by their names in aoscope.json.
describe("a rally", function()
  local all

  before(function() all = spawnAll() end)

  it("comes back with the same ball", function()
    local ball = send(all.pong, { Action = "Ping", Count = "7" })
    expect(ball:reply().Count).equals("7")
    expect(ball:output()).has("Ball 7 comes back")
  end)

  it("goes on for as many rounds as were asked for", function()
    local start = send(all.ping, { Action = "Start", Rounds = "2" })
    start:follows({
      { from = "ping", to = "pong", Action = "Ping", Count = "1" },
      { from = "pong", to = "ping", Action = "Pong", Count = "1" },
      { from = "ping", to = "pong", Action = "Ping", Count = "2" },
      { from = "pong", to = "ping", Action = "Pong", Count = "2" },
    })
    expect(state(all.ping, "Played")).equals(2)
    expect(state(all.pong, "Returned")).equals(2)
  end)
end)
