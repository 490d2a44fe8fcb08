-- ".boot": what a process does with the item that spawned it.
return function(ao)
  local eval = require(".eval")(ao)
  return function(message)
    if #Inbox == 0 then table.insert(Inbox, message) end
    local source = message.Tags["On-Boot"]
    if source == nil then return end
    if source == "Data" then return eval(message) end
    -- The host has put the item's data beside the environment: it must have been there when the process was spawned.
    local code = ao.env.OnBoot
    if code == nil then error("On-Boot names the item " .. source .. ", which is not here", 0) end
    eval(setmetatable({ Data = code }, { __index = message }))
  end
end
