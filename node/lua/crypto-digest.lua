-- ".crypto.digest.init": digests of strings, lists of bytes or streams. The answer has asHex, asString and asBytes.
local bytes = require(".crypto.util.init")
local md, sha2, sha3 = require(".aoscope.md"), require(".aoscope.sha2"), require(".aoscope.sha3")

local function of(hash)
  return function(message) return bytes.result(hash(bytes.toBytes(message))) end
end

return {
  _version = "0.0.1",
  md5 = of(md.md5),
  sha1 = of(md.sha1),
  sha2_256 = of(sha2.sha256),
  sha2_512 = of(sha2.sha512),
  sha3_256 = of(sha3.sha3_256),
  sha3_512 = of(sha3.sha3_512),
  keccak256 = of(sha3.keccak256),
  keccak512 = of(sha3.keccak512),
}
