import { readFileSync } from 'node:fs';
import { execSync } from 'node:child_process';
import { test } from 'vitest';
import { createLuaMachine } from './lua-machine.ts';
import { buildLuaModule } from '../../../lua/module.ts';
test('x', async () => {
  const m = createLuaMachine(readFileSync('node_modules/wasmoon/dist/glue.wasm'));
  const mod = buildLuaModule('node/lua');
  const i = await m.create({ id: 'M', format: mod.format, bytes: mod.bytes }, { gas: 3e8, memoryBytes: 256<<20 });
  const env = { Process: { Id: 'PID', Owner: 'OWN', Tags: [{name:'Name',value:'tst'}] }, Module: { Id: 'MOD', Owner: 'X', Tags: [] } };
  let n = 0;
  const send = (tags: Record<string,string>, data: string|null, extra = {}) => i.evaluate({ Id: n===0?'PID':'id'+n, Owner:'OWN', From:'OWN', Target:'PID', Data:data, Tags:Object.entries(tags).map(([name,value])=>({name,value})), Nonce:n++, Timestamp: 1000+n, 'Block-Height': 5, Cron:false, 'Read-Only':false, ...extra }, env, { gas: 3e8, memoryBytes: 256<<20 });
  send({Type:'Process', Module:'MOD'}, null);
  const ev = (s: string) => { const o = send({Action:'Eval'}, s).outcome; return o.error ?? (o.output as {data:string}).data; };
  const show = (p: string) => execSync(`git -C /work/.mirror/permaweb+aos/repo show HEAD:process/${p}`, {encoding:'utf8'});
  ev('_VERSION="Lua 5.3"');
  console.log(ev('for k in pairs(package.preload) do if k:find("crypto") then package.preload[k]=nil package.loaded[k]=nil end end package.loaded[".crypto"]=nil'));
  for (const f of execSync('git -C /work/.mirror/permaweb+aos/repo ls-tree -r --name-only HEAD process/crypto', {encoding:'utf8'}).trim().split('\n')) {
    const name = '.' + f.replace('process/','').replace('.lua','').replaceAll('/','.');
    const src = show(f.replace('process/',''));
    const r = ev(`package.preload["${name}"] = load(${JSON.stringify(src).replaceAll('\\u001b','\\27').replaceAll('\\t','\t')})`);
    if (r) console.log(name, r);
  }
  console.log(ev('C = require(".crypto.init") return C.mac.createHmac(C.utils.stream.fromString("ao"), C.utils.array.fromString("super_secret_key"), "sha256").asHex() .. " " .. C.mac.createHmac(C.utils.stream.fromString("ao"), C.utils.array.fromString("super_secret_key")).asHex()'));
  console.log(ev('return C.digest.sha2_256(C.utils.stream.fromString("ao")).asHex()'));
  console.log(ev('return C.digest.sha2_256("ao").asHex()'));
  console.log(ev('return C.utils.array.toHex({1,171})'));
  console.log(ev('local s = C.utils.array.fromString return C.kdf.pbkdf2(s"password", s"salt", 4, 50).asHex()'));
}, 60000);
