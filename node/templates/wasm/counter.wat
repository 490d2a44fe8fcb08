;; A process in plain WebAssembly, written by hand: it counts its messages.
;;
;; What the host asks of such a module: `memory`, `malloc(bytes)` and `handle(message, env)`. Both arguments and the
;; answer are addresses of JSON texts that end with a NUL. Everything else is the module's own business: this one does
;; not even read the message, but a text of "error" in it makes it answer with an error, and "trap" ends it the hard way.
(module
  (memory (export "memory") 1)

  ;; On the network the host writes below 1024 (globals are kept there between messages), so nothing of ours begins before.
  (global $count (mut i32) (i32.const 0))
  ;; The end of what malloc gave away.
  (global $heap (mut i32) (i32.const 4096))

  (data (i32.const 1040) "{\"ok\":true,\"response\":{\"Output\":{\"data\":\"counted ")
  (data (i32.const 1104) "\"},\"Messages\":[{\"Target\":\"everyone\",\"Anchor\":\"1\",\"Tags\":[{\"name\":\"Action\",\"value\":\"Counted\"}],\"Data\":\"hello\"}],\"Spawns\":[],\"Assignments\":[]}}\00")
  (data (i32.const 1280) "{\"ok\":true,\"response\":{\"Error\":\"asked to fail\"}}\00")
  (data (i32.const 1344) "\"error\"\00")
  (data (i32.const 1360) "\"trap\"\00")

  (func (export "malloc") (param $bytes i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (global.get $heap) (local.get $bytes)) (i32.const 7)) (i32.const -8)))
    ;; Grow until what was given away fits; no room is the address 0.
    (block $fits
      (loop $more
        (br_if $fits (i32.le_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536))))
        (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (return (i32.const 0))))
        (br $more)))
    (local.get $at))

  (func $free (export "free") (param $at i32)
    ;; What lies last is given away first: the message and the environment go together.
    (if (i32.lt_u (local.get $at) (global.get $heap)) (then (global.set $heap (local.get $at)))))

  ;; Does the text at $text hold the text at $word?
  (func $holds (param $text i32) (param $word i32) (result i32)
    (local $i i32)
    (loop $next
      (local.set $i (i32.const 0))
      (block $differs
        (loop $same
          (if (i32.eqz (i32.load8_u (i32.add (local.get $word) (local.get $i)))) (then (return (i32.const 1))))
          (br_if $differs (i32.ne
            (i32.load8_u (i32.add (local.get $text) (local.get $i)))
            (i32.load8_u (i32.add (local.get $word) (local.get $i)))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $same)))
      (local.set $text (i32.add (local.get $text) (i32.const 1)))
      (br_if $next (i32.load8_u (i32.sub (local.get $text) (i32.const 1)))))
    (i32.const 0))

  ;; Copies the text at $from without its NUL; gives the address behind the copy.
  (func $append (param $to i32) (param $from i32) (param $end i32) (result i32)
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $from) (local.get $end)))
        (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br $next)))
    (local.get $to))

  (func (export "handle") (param $message i32) (param $env i32) (result i32)
    (local $to i32) (local $digits i32) (local $rest i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (if (call $holds (local.get $message) (i32.const 1360)) (then (unreachable)))
    (if (call $holds (local.get $message) (i32.const 1344)) (then (return (i32.const 1280))))
    (local.set $to (call $append (i32.const 2048) (i32.const 1040) (i32.const 1089)))
    ;; The count in decimal, its digits written from the last one backwards into a buffer of ten.
    (local.set $digits (i32.const 2034))
    (local.set $rest (global.get $count))
    (loop $next
      (local.set $digits (i32.sub (local.get $digits) (i32.const 1)))
      (i32.store8 (local.get $digits) (i32.add (i32.const 48) (i32.rem_u (local.get $rest) (i32.const 10))))
      (local.set $rest (i32.div_u (local.get $rest) (i32.const 10)))
      (br_if $next (local.get $rest)))
    (local.set $to (call $append (local.get $to) (local.get $digits) (i32.const 2034)))
    (drop (call $append (local.get $to) (i32.const 1104) (i32.const 1246)))
    (i32.const 2048)))
