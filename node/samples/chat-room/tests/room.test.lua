describe("room", function()
  local all

  local function say(name, text)
    send(all[name], { Action = "Say", Data = text })
    idle()
  end

  before(function()
    all = spawnAll()
    for _, name in ipairs({ "ada", "ben", "cleo" }) do
      send(all[name], { Action = "Join", Data = "Hello, I am " .. name })
      idle()
    end
  end)

  it("tells what one says to all who are in it by then", function()
    expect(state(all.ada, "#Lines")).equals(3)
    expect(state(all.cleo, "Lines")).equals({ "cleo: Hello, I am cleo" })
    say("ben", "Is anybody here?")
    expect(state(all.cleo, "Lines[#Lines]")).equals("ben: Is anybody here?")
  end)

  it("tells nothing to who has left, and nothing of who is not in it", function()
    eval(all.cleo, 'Send({ Target = Peers.room, Action = "Unregister" })')
    idle()
    say("ada", "Bye, Cleo")
    expect(state(all.cleo, "#Lines")).equals(1)
    send(all.room, { Action = "Broadcast", Data = "Hi", From = wallet("eve") }):reply({ Action = "Not-Registered" })
    expect(state(all.ada, "Lines[#Lines]")).equals("ada: Bye, Cleo")
  end)
end)
