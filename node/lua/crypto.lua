-- ".crypto.init": digests, message authentication codes and key derivation.
local bytes = require(".crypto.util.init")

return {
  _version = "0.0.1",
  digest = require(".crypto.digest.init"),
  mac = require(".crypto.mac.init"),
  kdf = require(".crypto.kdf.init"),
  utils = bytes,
  util = bytes,
}
