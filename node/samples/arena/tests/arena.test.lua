-- The arena as it should be. Empty this table, and two tests fail: that is the planted bug.
local SOURCES = { arena = "fixed.lua" }

describe("arena", function()
  local all, ann, bob

  local function round() clock.step(2) end
  local function act(who, what)
    what.From, what.Round = who, what.Round or tostring(state(all.arena, "Round"))
    return send(all.arena, what)
  end

  describe("with two people", function()
    before(function()
      all = spawnAll({ sources = SOURCES })
      ann, bob = wallet("ann"), wallet("bob")
      act(ann, { Action = "Enter", Nick = "ann" })
      act(bob, { Action = "Enter", Nick = "bob" })
      clock.step(1) -- so that each round holds one tick, and ends between two
      round()
      eval(all.arena, "Players.bob.x, Players.bob.y = 3, 3")
    end)

    it("begins with a board for each, and moves who asks for it", function()
      expect(awaits(ann, { Action = "Board" }).Round).equals("1")
      act(ann, { Action = "Move", Way = "west" })
      act(ann, { Action = "Move", Way = "west" })
      expect(state(all.arena, "{ Players.ann.x, Players.ann.y }")).equals({ 1, 2 })
      expect(act(wallet("eve"), { Action = "Enter", Nick = "eve" }):reply().Action).equals("Enter-Error")
    end)

    it("lets nobody walk into another, or off the square", function()
      act(bob, { Action = "Move", Way = "north" })
      expect(act(ann, { Action = "Move", Way = "east" }):output()).has("cannot go there")
      round()
      for _ = 1, 6 do
        act(bob, { Action = "Move", Way = "north" })
        round()
      end
      expect(state(all.arena, "Players.bob.y")).equals(1)
    end)

    it("takes no answer to a board of yesterday", function()
      round()
      act(ann, { Action = "Move", Way = "west", Round = "1" })
      expect(state(all.arena, "{ Players.ann.x, Players.ann.acted }")).equals({ 2, false })
      act(ann, { Action = "Move", Way = "west" })
      expect(state(all.arena, "Players.ann.x")).equals(1)
    end)

    it("lets nobody hit who is out", function()
      eval(all.arena, "Players.ann.life, Players.bob.life = 1, 1")
      act(ann, { Action = "Attack", Whom = "bob" })
      act(bob, { Action = "Attack", Whom = "ann" })
      expect(awaits(bob, { Action = "Out" }).By).equals("ann")
      expect(state(all.arena, "{ Alive, Players.ann.life }")).equals({ 1, 1 })
      round()
      expect(awaits(ann, { Action = "Won" }).Action).equals("Won")
      expect(ticked(all.arena):output()).has("ann has won")
    end)
  end)

  it("ends with a winner who has hit somebody", function()
    all = spawnAll({ sources = SOURCES, start = true })
    clock.step(60)
    expect(state(all.arena, "Winner")).matches("^[rb]o%l+$") -- rook or bolt, never moss
    expect(state(all.arena, "Alive")).equals(1)
  end)
end)
