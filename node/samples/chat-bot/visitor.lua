-- A visitor asks three questions at once, and writes down what is answered.

Log = Log or {}

local QUESTIONS = {
  mia = { "I need a holiday", "Because I work too much", "Do you ever rest?" },
  leo = { "I am a process", "I feel watched", "What is a slot" },
}

Handlers.add("Talk", { Action = "Talk", From = function(from) return from == Owner end }, function()
  for _, text in ipairs(QUESTIONS[Name] or { "Who am I" }) do Send({ Target = Peers.desk, Action = "Ask", Data = text }) end
end)

Handlers.add("Reply", { Action = "Reply", From = function(from) return Peers ~= nil and from == Peers.desk end }, function(msg)
  table.insert(Log, msg.Tags.Question .. ": " .. msg.Data)
  print(msg.Tags.Question .. ": " .. msg.Data)
end)
