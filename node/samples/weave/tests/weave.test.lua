describe("pages", function()
  local all

  local function publish(who, title, text)
    send(all[who], { Action = "Publish", Title = title, Data = text })
    idle()
  end
  local function read(title)
    local asked = send(all.reader, { Action = "Read", Title = title })
    idle()
    return asked
  end

  before(function() all = spawnAll() end)

  it("are written to Arweave and read from there; the shelf keeps ids only", function()
    publish("mallory", "Letter", "Dear reader")
    expect(state(all.shelf, "Pages.Letter.length")).equals(11)
    expect(state(all.shelf, "Pages.Letter.id")).matches("^[%w_-]+$")
    read("Letter")
    expect(state(all.reader, "Texts.Letter.text")).equals("Dear reader")
    expect(state(all.reader, "next(Waiting) == nil")).isTrue()
  end)

  it("are read at the start", function()
    send(all.press, "Open")
    idle()
    expect(state(all.reader, "Texts['Page 1'].text")).has("the message had a slot")
    expect(awaits(all.press, { Action = "Text", Title = "Page 2" }).Data).has("for good")
  end)

  it("are read as often as somebody asks, and by as many", function()
    publish("press", "Letter", "Dear reader")
    local ann, bob = wallet("ann"), wallet("bob")
    for _, who in ipairs({ ann, bob, ann }) do send(all.reader, { Action = "Read", Title = "Letter", From = who }) end
    idle()
    for _, text in ipairs(received(ann, { Action = "Text" })) do expect(text.Data).equals("Dear reader") end
    expect({ #received(ann, { Action = "Text" }), #received(bob, { Action = "Text" }) }).equals({ 2, 1 })
    -- Two who ask before the page has come.
    publish("mallory", "Note", "Dear both")
    local code = 'Send({ Target = Peers.reader, Action = "Read", Title = "Note" })'
    eval(all.mallory, code .. " " .. code)
    idle()
    expect(#received(all.mallory, { Action = "Text", Data = "Dear both" })).equals(2)
  end)

  it("belong to who wrote them first", function()
    publish("press", "Letter", "the true one")
    publish("mallory", "Letter", "a false one")
    awaits(all.mallory, { Action = "Page-Error" })
    expect(read("Letter"):error()).isNil()
    expect(state(all.reader, "Texts.Letter.text")).equals("the true one")
  end)

  it("that nobody asked for are not taken", function()
    publish("mallory", "Spam", "buy this")
    local spam = state(all.shelf, "Pages.Spam.id")
    eval(all.mallory, 'Assign({ Processes = { Peers.reader }, Message = "' .. spam .. '" })')
    idle()
    expect(state(all.reader, "next(Texts) == nil")).isTrue()
    expect(read("Nothing"):reply({ Action = "Read-Error" }).Error).equals("no such page")
  end)
end)
