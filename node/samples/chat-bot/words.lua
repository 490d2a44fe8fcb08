-- A bot of the old school: it looks for a pattern, turns the words round, and asks back. Where nothing fits it talks, word by word, as
-- its text does (a Markov chain). The same question always has the same answer: no process on ao may have a will of its own.

local words = {}

local TURNED = {
  i = "you", me = "you", my = "your", mine = "yours", am = "are", myself = "yourself",
  you = "I", your = "my", yours = "mine", are = "am", was = "were",
}

-- Patterns in the order in which they are tried; "*" is what was caught, turned round.
local RULES = {
  { "i need (.+)", { "Why do you need *?", "Would it help you to get *?" } },
  { "i feel (.+)", { "Do you often feel *?", "When did you begin to feel *?" } },
  { "i am (.+)", { "How long have you been *?", "Why do you tell me that you are *?" } },
  { "because (.+)", { "Is that the real reason?", "What else could be the reason?" } },
  { "why (.+)", { "Why do you think?", "What would the answer change?" } },
  { "do you (.+)", { "We were speaking of you, not of me.", "What if I did *?" } },
}

local TEXT = [[a process has a past and the past has a slot . every message has a place and the place stays .
what was sent is there for good . a process that waits has time and time has a slot . what stays is what was sent .]]

-- A number of a text: the same wherever it is counted.
local function numberOf(text)
  local sum = 7
  for place = 1, #text do sum = (sum * 31 + text:byte(place)) % 65521 end
  return sum
end

local function turned(text)
  local found = {}
  for word in text:gmatch("%S+") do table.insert(found, TURNED[word] or word) end
  return table.concat(found, " ")
end

-- What may follow each word, in the order of the text.
local function chain()
  local after, before = {}, nil
  for word in TEXT:gmatch("%S+") do
    if before then
      after[before] = after[before] or {}
      table.insert(after[before], word)
    end
    before = word
  end
  return after
end

function words.talk(number)
  local after, word, said = chain(), "a", {}
  while word ~= "." and #said < 12 do
    table.insert(said, word)
    local next = after[word] or { "." }
    number = (number * 75 + 74) % 65537
    word = next[number % #next + 1]
  end
  local line = table.concat(said, " ")
  return line:sub(1, 1):upper() .. line:sub(2) .. "."
end

function words.answer(text)
  local plain = text:lower():gsub("[^%w%s']", "")
  local number = numberOf(plain)
  for _, rule in ipairs(RULES) do
    local caught = plain:match(rule[1])
    if caught then
      local form = rule[2][number % #rule[2] + 1]
      return (form:gsub("%*", (turned(caught):gsub("%%", "%%%%"))))
    end
  end
  return words.talk(number)
end

return words
