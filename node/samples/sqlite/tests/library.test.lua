describe("library", function()
  local all

  local function ask(what)
    local sent = send(all.library, what)
    return sent:reply()
  end

  before(function() all = spawnAll() end)

  it("keeps books in tables", function()
    ask({ Action = "Add", Title = "Emma", Author = "Austen", Copies = "1" })
    ask({ Action = "Add", Title = "Emma", Author = "Austen", Copies = "2" })
    ask({ Action = "Add", Title = "Walden", Author = "Thoreau", Copies = "1" })
    expect(state(all.library, "Shelf")).equals("Emma by Austen: 3\nWalden by Thoreau: 1")
    expect(ask({ Action = "Search", By = "Au" }).Count).equals("1")
  end)

  it("counts in whole copies, and takes none away", function()
    ask({ Action = "Add", Title = "Emma", Author = "Austen", Copies = "2" })
    for _, copies in ipairs({ "-1", "0", "1.5", "1e400", "many", "9999999999" }) do
      expect(ask({ Action = "Add", Title = "Emma", Author = "Austen", Copies = copies }).Action).equals("Add-Error")
    end
    expect(state(all.library, "Shelf")).equals("Emma by Austen: 2")
  end)

  it("lends in one transaction, or not at all", function()
    ask({ Action = "Add", Title = "Emma", Author = "Austen", Copies = "2" })
    expect(ask({ Action = "Borrow", Title = "Emma" }).Action).equals("Borrowed")
    expect(ask({ Action = "Borrow", Title = "Emma" }).Error).has("UNIQUE")
    expect(state(all.library, "Shelf")).equals("Emma by Austen: 1")
    expect(ask({ Action = "Borrow", Title = "Nothing" }).Error).equals("no copy of that is there")
  end)

  it("takes what strangers send as values", function()
    ask({ Action = "Add", Title = "'); drop table books; --", Author = "Bobby", Copies = "1" })
    expect(ask({ Action = "Search", By = "Bobby" }).Count).equals("1")
    for _, by in ipairs({ "' or '1'='1", "%", "_obby" }) do expect(ask({ Action = "Search", By = by }).Count).equals("0") end
  end)

  it("is visited by a process of another module", function()
    send(all.ann, "Visit")
    idle()
    expect(state(all.ann, "Log")).has({ "I have Emma", "no copy of that is there", matching("Persuasion") })
  end)
end)
