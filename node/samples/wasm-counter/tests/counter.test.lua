describe("the counter", function()
  local all

  before(function() all = spawnAll() end)

  it("adds one, or as many as it is told, and says how many there are", function()
    expect(send(all.counter, { Action = "Add" }):reply().Data).equals("1")
    expect(send(all.counter, { Action = "Add", Quantity = "41" }):output()).has("counted 42")
    local asked = send(all.counter, { Action = "Get" })
    expect(asked:reply({ Action = "Count" }).Data).equals("42")
  end)

  it("refuses what is no whole number, and keeps its count", function()
    send(all.counter, { Action = "Add", Quantity = "5" })
    expect(send(all.counter, { Action = "Add", Quantity = "1.5" }):error()).has("no whole number: 1.5")
    expect(send(all.counter, { Action = "Add", Quantity = "lots" }):error()).has("no whole number: lots")
    expect(send(all.counter, { Action = "Get" }):reply().Data).equals("5")
  end)

  it("reads what people write, also in other scripts", function()
    expect(send(all.counter, { Action = "Add", Quantity = "1", Data = 'a "quote", a \\, a 日本 and a 🎉' }):reply().Data).equals("1")
    expect(send(all.counter, { Action = "Add", Quantity = 'a "b" 日本🎉' }):error()).has('a "b" 日本🎉')
  end)

  it("counts for a process in Lua", function()
    send(all.clicker, { Action = "Click", Times = "3", Quantity = "2" })
    expect(state(all.clicker, "Last")).equals(6)
  end)
end)
