-- The keeper pays the debt of vaults that are no longer safe, and gets their ore at a discount. It is a holder as well.

require("holder")

-- How often it paid, and how much.
Paid = Paid or {}

Handlers.add("Unsafe", {
  Action = "Unsafe",
  From = function(from) return Peers ~= nil and from == Peers.vaults end,
}, function(msg)
  table.insert(Paid, msg.Tags.Debt)
  print("Paying a debt of " .. msg.Tags.Debt)
  Send({
    Target = Peers.usd,
    Action = "Transfer",
    Recipient = Peers.vaults,
    Quantity = msg.Tags.Debt,
    ["X-Action"] = "Liquidate",
    ["X-Vault"] = msg.Tags.Vault,
  })
end)
