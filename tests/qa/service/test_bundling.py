"""ES modules become one script that does what they do, or are refused by name."""

from pathlib import Path

import pytest

from qa.service.bundling import bundle


def write(folder: Path, **modules: str) -> Path:
    for name, source in modules.items():
        (folder / f"{name}.js").write_text(source)
    return folder / "main.js"


def test_what_is_imported_comes_first_and_once(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        main='import { a } from "./a.js";\nimport { b } from "./b.js";\n\na(b);\n',
        a='import { b } from "./b.js";\n\nexport function a(x) {\n  return x + b;\n}\n',
        b="export const b = 1;\n",
    )
    assert bundle(entry) == '(() => {\n"use strict";\nlet e=1;function t(a){return a+e}\nt(e);\n})();\n'


def test_comments_are_left_out_and_strings_are_not(tmp_path: Path) -> None:
    source = """// About this file.

/** What it does.
 *
 * Really.
 */
async function* a() { // note
  call("https://x/", `/* kept */`); // why
  /* more */
  return "a // b";
}
"""
    kept = 'async function*e(){call("https://x/",`/* kept */`);return"a // b"}\n'
    assert bundle(write(tmp_path, main=source)) == f'(() => {{\n"use strict";\n{kept}}})();\n'


@pytest.mark.parametrize(
    ("source", "lean"),
    [
        ("const a = 1;\nconst { b, c } = d;\nf(a + +b, a - -c);", "let e=1,{b:t,c:a}=d;f(e+ +t,e- -a);"),
        ("if (a) {\n  const b = 1;\n}\nconst c = 2;", "if(a){let e=1}\nlet e=2;"),
        ("const a = 1;\nlet b;\nconst c = 2;", "let e=1,t,a=2;"),
        ("const a = 1\nf()\nconst c = 2", "let e=1\nf()\nlet t=2"),
        ("const a = () => {\n  f();\n};\nconst b = 1;", "let e=()=>{f()},t=1;"),
        ("f(\n  a,\n  { b, },\n);\n[, a] = b;", "f(a,{b});[,a]=b;"),
        ("a = /[/\"] \\/ /.test(b) ? b / 2 / c : /`/g;", "a=/[/\"] \\/ /.test(b)?b/2/c:/`/g;"),
        ("a = `x  ${ b ? `y  ${ { c } } }` : 1 }  z`;", "a=`x  ${b?`y  ${{c}} }`:1}  z`;"),
        ("class A {\n  #one = 1;\n\n  two = this.#one + '#one';\n}", "class e{#e=1;two=this.#e+'#one'}"),
        ("a\n  .b()\nc\n++d", "a.b()\nc\n++d"),
        ("f((a) => 1, async (b) => 2, (...c) => 3, ({ d }) => 4, () => 5);", "f(e=>1,async t=>2,(...a)=>3,({d:o})=>4,()=>5);"),
        ("function f() {\n  while (a());\n}\nif (b) {\n  c();\n}", "function e(){while(a());}\nif(b){c()}"),
        ("s.replaceSync(`\n  a :hover > b, c { x: calc(1px + 2px); y: 1 / 2; }\n`);", "s.replaceSync(`a :hover>b,c{x:calc(1px + 2px);y:1 / 2}`);"),
    ],
)  # fmt: skip
def test_only_what_has_no_meaning_is_left_out(tmp_path: Path, source: str, lean: str) -> None:
    assert bundle(write(tmp_path, main=source + "\n")) == f'(() => {{\n"use strict";\n{lean}\n}})();\n'


@pytest.mark.parametrize(
    ("source", "lean"),
    [
        ("function area(width, height = 1) {\n  return width * height;\n}\narea(2);", "function e(t,a=1){return t*a}\ne(2);"),
        ("const one = (x) => x;\nconst two = (y) => y;", "let t=e=>e,a=e=>e;"),  # no statement has both x and y
        ("const long = 1;\nconst f = () => long;", "let e=1,t=()=>e;"),
        ("const e = (t) => t + a;", "let t=e=>e+a;"),  # `a` is the browser's
        ("const f = ({ text }) => text;", "let t=({text:e})=>e;"),
        ("const f = (text) => ({ text: text.text });", "let t=e=>({text:e.text});"),
        ("const list = [1];\nf(...list, list.length, { list: 1 });", "let e=[1];f(...e,e.length,{list:1});"),
        ("const list = [1];\nf(...list, list.length, `list ${list}`);", "let e=[1];f(...e,e.length,`list ${e}`);"),
        ("class A {\n  size = 1;\n\n  grow(by) {\n    const size = by;\n  }\n}", "class a{size=1;grow(t){let e=t}}"),
        ("const grow = 1;\nclass A {\n  get grow() {\n    return 2;\n  }\n}", "let e=1;class t{get grow(){return 2}}"),
        ("const name = (x) => x;\nf(name);\nconst g = () => window.name;", "let e=t=>t;f(e);let t=()=>window.name;"),
        ("const f = () => {\n  const name = 1;\n  return name;\n};\nconst g = () => name;", "let e=()=>{let name=1;return name},t=()=>name;"),
        ("const f = ({ top: { size = 1 }, ...rest }) => [size, rest];", "let a=({top:{size:e=1},...t})=>[e,t];"),
        ("const f = ({ top: size }) => g({ size, top });", "let t=({top:e})=>g({size:e,top});"),  # `top` is a key there
        ("const f = (size) => {\n  size = 2;\n};", "let t=e=>{e=2};"),
        ("for (const x of y) {\n  f(x);\n}", "for(let e of y){f(e)}"),
    ],
)  # fmt: skip
def test_variables_get_short_names_and_nothing_else_does(tmp_path: Path, source: str, lean: str) -> None:
    assert bundle(write(tmp_path, main=source + "\n")) == f'(() => {{\n"use strict";\n{lean}\n}})();\n'


def test_a_module_exports_what_its_entry_does_by_the_same_names(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        main='import { double } from "./a.js";\n\nexport const two = double(1);\nexport function four(x) {\n  return x;\n}\n',
        a="export const double = (x) => 2 * x;\n",
    )
    assert bundle(entry, module=True) == "let t=e=>2*e,two=t(1);function four(e){return e}\nexport{two,four};\n"


@pytest.mark.parametrize(
    ("modules", "refusal"),
    [
        ({"main": 'import x from "./a.js";\n'}, r'can\'t be bundled: import x from "./a.js";'),
        ({"main": 'import { x as y } from "./a.js";\n', "a": "export const x = 1;\n"}, "main.js imports x as y, which"),
        ({"main": 'import * as x from "./a.js";\n'}, r"can't be bundled: import \* as x"),
        ({"main": "export default 1;\n"}, "can't be bundled: export default 1;"),
        ({"main": 'import { x } from "./a.js";\n', "a": "const x = 1;\n"}, "main.js imports x, which .*a.js doesn't export"),
        ({"main": 'import { x } from "./a.js";\nconst y = 1;\n', "a": "export const x = 1;\nconst y = 2;\n"}, "main.js and .*a.js both declare y"),
        ({"main": 'import { x } from "./a.js";\n', "a": 'import { y } from "./main.js";\nexport const x = 1;\n'}, "in a circle: .*main.js → .*a.js → .*main.js"),
    ],
)  # fmt: skip
def test_what_cant_be_bundled_is_refused_by_name(tmp_path: Path, modules: dict[str, str], refusal: str) -> None:
    with pytest.raises(ValueError, match=refusal):
        bundle(write(tmp_path, **modules))


def test_a_module_that_isnt_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing.js"):
        bundle(write(tmp_path, main='import { x } from "./missing.js";\n'))
