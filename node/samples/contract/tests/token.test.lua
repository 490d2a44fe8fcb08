describe("the contract", function()
  local all

  local function balance(of) return tried(all.token, { Action = "balance", Data = '{ "target": "' .. of .. '" }' }).output end
  local function transfer(to, qty) return send(all.token, { Action = "transfer", Data = '{ "target": "' .. to .. '", "qty": ' .. qty .. " }" }) end

  before(function()
    all = spawnAll()
    send(all.token, { Action = "mint", Data = '{ "qty": 1000 }' })
  end)

  it("gives what was minted to who holds it", function()
    expect(transfer("bob", 300):output()).has("300 SMPL to bob")
    expect(balance("bob")).has('"balance":300')
  end)

  it("takes an action in the tag Input, as Warp sends it", function()
    send(all.token, { Input = '{ "function": "transfer", "target": "bob", "qty": 5 }' })
    expect(balance("bob")).has('"balance":5')
  end)

  it("refuses more than there is, and stays as it was", function()
    transfer("bob", 300)
    expect(transfer("bob", 2000):error()).has("which is less than 2000")
    expect(balance("bob")).has('"balance":300')
  end)

  it("mints for its owner alone", function()
    local mint = send(all.token, { Action = "mint", Data = '{ "qty": 1 }', From = wallet("mallory") })
    expect(mint:error()).has("Only the owner may mint")
  end)

  it("pays a process in Lua, which spends what it has", function()
    transfer(all.shopper.id, 40)
    expect(state(all.shopper, "Purse")).equals(40)
    send(all.shopper, { Action = "Spend", To = "shop", Quantity = "15", Data = all.token.id })
    expect(balance("shop")).has('"balance":15')
    expect(balance(all.shopper.id)).has('"balance":25')
  end)
end)
