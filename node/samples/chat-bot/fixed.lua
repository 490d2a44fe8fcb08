-- The desk takes questions, hands them to workers, and gives the answers back. The planted bug is mended.

-- Jobs by number: { asker, place, text, state, tries, worker, since, answer }. A job is waiting, given (to a worker), done (it has an
-- answer) or told (which has gone out).
Jobs = Jobs or {}
-- By asker: how many questions came.
Asked = Asked or {}
-- By worker: the number of the job it has; false while it has none. The list is the order in which they are asked.
Workers = Workers or {}
Order = Order or {}
if Peers and #Order == 0 then Order = { Peers.eliza, Peers.parry } end
for _, id in ipairs(Order) do
  if Workers[id] == nil then Workers[id] = false end
end

local PATIENCE_MS, TRIES = 8 * 1000, 3

local function isOwner(from) return from == Owner end
local function isWorker(from) return Workers[from] ~= nil end

-- Gives waiting jobs to idle workers, the oldest first; one that was tried before to another worker than last time, where there is one.
local function dispatch(now)
  for number, job in ipairs(Jobs) do
    if job.state == "waiting" then
      local chosen = nil
      for _, id in ipairs(Order) do
        if Workers[id] == false and (not chosen or chosen == job.worker) then chosen = id end
      end
      if not chosen then return end
      job.state, job.worker, job.since, job.tries = "given", chosen, now, job.tries + 1
      Workers[chosen] = number
      Send({ Target = chosen, Action = "Job", Job = tostring(number), Try = tostring(job.tries), Data = job.text })
    end
  end
end

-- Sends what may go out, in the order of the questions: an answer waits for those to earlier ones of the same asker.
local function deliver(asker)
  for _, job in ipairs(Jobs) do
    if job.asker == asker then
      if job.state == "waiting" or job.state == "given" then return end
      if job.state == "done" then
        job.state = "told"
        Send({ Target = asker, Action = "Reply", Question = tostring(job.place), Data = job.answer })
      end
    end
  end
end

Handlers.add("Ask", "Ask", function(msg)
  local text = msg.Data or ""
  if text == "" or #text > 500 then
    msg.reply({ Action = "Ask-Error", Error = "a question is needed, of 500 letters at most" })
    return
  end
  Asked[msg.From] = (Asked[msg.From] or 0) + 1
  table.insert(Jobs, { asker = msg.From, place = Asked[msg.From], text = text, state = "waiting", since = msg.Timestamp, tries = 0, answer = "" })
  print("Job " .. #Jobs .. ": " .. text)
  dispatch(msg.Timestamp)
end)

Handlers.add("Answer", { Action = "Answer", From = isWorker, Job = "^%d+$" }, function(msg)
  local number = tonumber(msg.Tags.Job)
  local job = Jobs[number]
  if not job then return end
  if Workers[msg.From] == number then Workers[msg.From] = false end
  -- One that was too late: somebody else has the job by now, or has done it.
  if job.state ~= "given" or job.worker ~= msg.From then
    print("Too late for job " .. number)
    return dispatch(msg.Timestamp)
  end
  print("Job " .. number .. " is done")
  job.state, job.answer = "done", msg.Data
  deliver(job.asker)
  dispatch(msg.Timestamp)
end)

-- A job that takes too long goes back into the queue, for another worker. It has failed after three times, or when nobody becomes idle for
-- it for as long: who never answers is never asked again.
Handlers.add("Sweep", { Action = "Sweep", From = isOwner }, function(msg)
  for number, job in ipairs(Jobs) do
    local isOpen = job.state == "given" or job.state == "waiting"
    if isOpen and msg.Timestamp - job.since >= PATIENCE_MS then
      if job.state == "given" and job.tries < TRIES then
        print("Job " .. number .. " waits again")
        job.state, job.since = "waiting", msg.Timestamp
      else
        print("Job " .. number .. " has failed")
        job.state, job.answer = "done", "Nobody could answer that."
        deliver(job.asker)
      end
    end
  end
  dispatch(msg.Timestamp)
end)

Handlers.add("Queue", "Queue", function(msg)
  local counts = { waiting = 0, given = 0, done = 0, told = 0 }
  for _, job in ipairs(Jobs) do counts[job.state] = counts[job.state] + 1 end
  msg.reply({
    Action = "Queue-Is",
    Waiting = tostring(counts.waiting),
    Given = tostring(counts.given),
    Done = tostring(counts.done),
    Told = tostring(counts.told),
  })
end)
