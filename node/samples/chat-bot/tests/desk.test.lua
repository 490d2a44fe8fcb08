-- The desk as it should be. Empty this table, and one test fails: that is the planted bug.
local SOURCES = { desk = "fixed.lua" }

describe("desk", function()
  local all

  local function places(visitor)
    local found = {}
    for _, reply in ipairs(received(all[visitor], { Action = "Reply" })) do table.insert(found, reply.Question) end
    return table.concat(found, " ")
  end

  before(function() all = spawnAll({ sources = SOURCES }) end)

  it("answers each question once and in order, however long one takes", function()
    send(all.mia, { Action = "Talk" })
    send(all.leo, { Action = "Talk" })
    clock.step(61)
    expect({ places("mia"), places("leo") }).equals({ "1 2 3", "1 2 3" })
    expect(tried(all.desk, { Action = "Queue" }).messages[1].Tags).has({ Waiting = "0", Given = "0", Done = "0", Told = "6" })
  end)

  it("tells who asks when its workers say nothing", function()
    local ann = wallet("ann")
    for _, worker in ipairs({ "eliza", "parry" }) do eval(all[worker], 'Handlers.remove("Job")') end
    for _ = 1, 3 do send(all.desk, { Action = "Ask", Data = "Are you there?", From = ann }) end
    clock.step(61)
    local replies = received(ann, { Action = "Reply" })
    expect(#replies).equals(3)
    for place, reply in ipairs(replies) do expect({ reply.Question, reply.Data }).equals({ tostring(place), "Nobody could answer that." }) end
  end)

  it("has the same answer for the same question", function()
    local ask = function(text) return send(all.eliza, { Action = "Job", Job = "1", Data = text }) end
    eval(all.eliza, "Peers.desk = Owner")
    expect(ask("I need my bed!"):reply().Data).matches("your bed%?$")
    local first = ask("Green ideas"):reply().Data
    expect(ask("green ideas"):reply().Data).equals(first)
  end)

  it("takes answers of its workers only, and no empty questions", function()
    send(all.desk, { Action = "Ask", Data = "I am here", From = wallet("ann") })
    send(all.desk, { Action = "Answer", Job = "1", Data = "false", From = wallet("eve") })
    idle()
    expect(#received(wallet("ann"), { Action = "Reply" })).equals(1)
    expect(awaits(wallet("ann")).Data).never.equals("false")
    send(all.desk, { Action = "Ask", Data = "" }):reply({ Action = "Ask-Error" })
  end)
end)
