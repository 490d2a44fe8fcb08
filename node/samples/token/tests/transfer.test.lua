-- Everything a holder may rely on. Wallets are made by name and are the same in every run.
local alice, bob = wallet("alice"), wallet("bob")

describe("token", function()
  local token

  before(function() token = spawn("token") end)

  it("is minted by its owner alone", function()
    local minted = send(token, { Action = "Mint", Recipient = alice, Quantity = "100" })
    expect(awaits(alice, { Action = "Credit-Notice" }).Quantity).equals("100")
    expect(minted:output()).has("Minted 100")

    local refused = send(token, { Action = "Mint", Recipient = bob, Quantity = "1", From = bob })
    expect(refused:reply({ Action = "Mint-Error" }).Error).has("only the owner")
    expect(state(token, "Supply")).equals("100")
  end)

  it("changes hands", function()
    send(token, { Action = "Mint", Recipient = alice, Quantity = "100" })
    local transfer = send(token, { Action = "Transfer", Recipient = bob, Quantity = "30", From = alice })
    transfer:reply({ Action = "Debit-Notice", Quantity = "30" })
    expect(awaits(bob, { Action = "Credit-Notice" }).Sender).equals(alice.id)
    expect(state(token, "Balances")).equals({ [alice.id] = "70", [bob.id] = "30" })
  end)

  it("gives nobody more than they have", function()
    send(token, { Action = "Transfer", Recipient = bob, Quantity = "1", From = alice }):reply({ Action = "Transfer-Error" })
    expect(received(bob)).equals({})
  end)

  it("tells a balance without a message", function()
    send(token, { Action = "Mint", Recipient = alice, Quantity = "5" })
    expect(tried(token, { Action = "Balance", Recipient = alice }).messages[1].Balance).equals("5")
  end)
end)
