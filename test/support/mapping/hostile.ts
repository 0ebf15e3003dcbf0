/** Mappings that take endless time or memory, and a record for which they do. */

import type { MappingMessage } from '../../../lib/mapping/message';

export const hostileRecord: MappingMessage = {
  data: { text: `${'a'.repeat(42)}!`, own: JSON.parse('{"__proto__": {"polluted": "yes"}}') as unknown },
};

/** Binds $twice, which applies a function to its own result repeatedly. */
const TWICE = '$twice := function($f, $x, $n){$n > 0 ? $twice($f, $f($x), $n - 1) : $x};';
const LONG_TEXT = `${TWICE} $long := $twice(function($s){$s & $s}, "x", 22);`;
/** Small in memory, because both items are the same object, and practically endless for code that visits every item. */
const TREE = `${TWICE} $tree := function(){$twice(function($t){{"a": $t, "b": $t}}, 1, 40)};`;

const data = (x: string, before = ''): string => `(${before} {"data": {"x": ${x}}})`;

export const HOSTILE: Readonly<Record<string, string>> = {
  'endless recursion': '($f := function(){$f()}; $f())',
  'deep recursion': '($f := function($n){1 + $f($n + 1)}; $f(1))',
  $eval: '$eval("{\\"data\\": {}}")',
  'an $eval that evaluates itself': '($e := "$eval($e)"; $eval($e))',
  'an $eval behind another name': '($e := $eval; $e("1"))',
  'a list of lists': data('[1..10000].([1..10000])'),
  'a long list': data('[1..10000000]'),
  'a list that doubles': data('$twice(function($l){$append($l, $l)}, [1, 2], 30)', TWICE),
  'a list whose items double': data('$twice(function($l){[$l, [$l]]}, [1], 40)', TWICE),
  'a string that doubles': data('$twice(function($s){$s & $s}, "x", 40)', TWICE),
  'a string that doubles up to the largest there is': data('$uppercase($twice(function($s){$s & $s}, "x", 28))', TWICE),
  'a string that replaces itself': data('$twice(function($s){$replace($s, "x", $s)}, "xx", 6)', TWICE),
  'a long string, joined': data('$join($map([1..10000], function(){$long}))', LONG_TEXT),
  'a long string, cut into letters': data('$map([1..100], function(){$split($long, "")})', LONG_TEXT),
  'a long string in base64': data('$map([1..10000], function($n){$base64encode($long & $n)})', LONG_TEXT),
  'a long string out of base64': data('$map([1..10000], function($n){$base64decode($long & $n)})', LONG_TEXT),
  'a tree as the result': data('$tree()', TREE),
  'a tree as a string': data('$string($tree())', TREE),
  'a tree that is compared': data('$tree() = $tree()', TREE),
  'a tree whose nodes are listed': data('$count($tree().**)', TREE),
  'a tree that is copied': data('$tree() ~> |a|{"c": 1}|', TREE),
  $pad: data('$pad("x", 200000000)'),
  '$pad to the left': data('$pad("x", -200000000)'),
  '$pad without end': data('$pad("x", 1/1e-300 * 1e300)'),
  'a date as wide as a book': data('$fromMillis(0, "[Y,200000000-300000000]")'),
  'a date with many parts': data(`$toMillis("${'1'.repeat(42)}", "${'[f]'.repeat(30)}x")`),
  'a date with many names': data(`$toMillis(data.text, "${'[MNn]'.repeat(12)}x")`),
  'a regular expression': data('$contains(data.text, /^(a+)+$/)'),
  'a regular expression in $replace': data('$replace(data.text, /(a|a)+$/, "")'),
  'a message of more than a million characters': data('[1..10000].($$.data.text & $$.data.text & $$.data.text)'),
  'a constructor': '$lookup($, "constructor")',
  'the constructor of a function': '$sum.constructor("return 1")',
  'an error as long as a book': '($f := function($s, $n){$n > 0 ? $f($s & $s, $n - 1) : $error($s)}; $f("x", 22))',
};
