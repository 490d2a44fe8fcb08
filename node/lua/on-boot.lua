-- ".boot": what a process does with the item that spawned it.
return function(ao)
  local eval = require(".eval")(ao)
  return function(message)
    if #Inbox == 0 then table.insert(Inbox, message) end
    local source = message.Tags["On-Boot"]
    if source == nil then return end
    if source ~= "Data" then
      error("On-Boot names the item " .. source .. ", but only On-Boot=Data can be loaded", 0)
    end
    eval(message)
  end
end
