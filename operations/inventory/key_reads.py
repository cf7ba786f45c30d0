"""What a program reads from mappings by a key, as far as its variables' names and assignments tell what they hold."""

import ast
import re
from collections.abc import Iterable

from named_texts import NamedTexts, last_name

Kind = str
"""What a mapping is. The classes derived from `KeyReads` say which kinds there are."""

READERS = {"get", "pop", "setdefault", "__getitem__", "getlist"}
COPIES = {"copy", "items", "keys", "values", "json", "form", "model_dump", "deepcopy"}
COPIERS = {"dict", "set", "list", "tuple", "sorted", "copy", "deepcopy", "cast", "loads", "safe_json_loads"}
# A function of the program's own that takes a mapping and a key: `_get_case_insensitive_header(headers, "x-name")`.
OWN_READER = re.compile(r"get|pop|header|read|strip|remove|delete")


class KeyReads(ast.NodeVisitor):
    """Collects the names that a module reads from mappings, and what it calls with a whole one as `**data`."""

    def __init__(self, named: NamedTexts, found: dict[Kind, set[str]], called_with_whole: set[str]) -> None:
        self.named = named
        self.found = found
        self.called_with_whole = called_with_whole
        # What the variables in reach hold, and which of them hold a name out of a mapping.
        self.holds: dict[str, Kind] = {}
        self.keys: dict[str, Kind] = {}

    # What an expression is.

    def kind_of_name(self, name: str) -> Kind | None:
        """What a variable holds that is called so, or None if it is nothing whose names are wanted."""
        raise NotImplementedError

    def kind(self, node: ast.AST | None) -> Kind | None:
        """What an expression is, by the names in it, or None."""
        match node:
            case ast.Name():
                return self.holds.get(node.id) or self.kind_of_name(node.id)
            case ast.Attribute():
                return self.kind_of_name(node.attr)
            case ast.Await() | ast.Starred() | ast.NamedExpr():
                return self.kind(node.value)
            case ast.BoolOp():
                return first(self.kind(one) for one in node.values)
            case ast.BinOp():
                return self.kind(node.left) or self.kind(node.right)
            case ast.IfExp():
                return self.kind(node.body) or self.kind(node.orelse)
            case ast.Dict():
                return first(self.kind(value) for key, value in zip(node.keys, node.values) if key is None)
            case ast.Subscript():
                return self.part(node.value, node.slice)
            case ast.Call(func=ast.Attribute(value=whole, attr=name), args=[key, *_]) if name in READERS:
                return self.part(whole, key)
            case ast.Call(func=ast.Attribute(value=whole, attr=name)) if name in COPIES and self.kind(whole):
                return self.kind(whole)
            case ast.Call() if last_name(node.func) in COPIERS:
                return first(self.kind(one) for one in node.args)
            case ast.Call():
                return self.kind_of_name(last_name(node.func))
        return None

    def part(self, whole: ast.AST, key: ast.AST) -> Kind | None:
        """`data["metadata"]` is metadata: a part of what is read is one if its name says so."""
        return first(self.kind_of_name(name) for name in self.named.texts_of(key)) if self.kind(whole) else None

    def read(self, node: ast.AST) -> tuple[Kind, ast.AST] | None:
        """What an expression reads from by a key, and this key."""
        match node:
            case ast.Call(func=ast.Attribute(value=whole, attr=name), args=[key, *_]) if name in READERS:
                pass
            case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[whole, key, *_]):
                pass
            case ast.Call(args=[_, _, *_]) if OWN_READER.search(last_name(node.func)):
                kind = first(self.kind(one) for one in node.args)
                key = next((one for one in node.args if self.named.texts_of(one)), None)
                return (kind, key) if kind and key is not None else None
            case ast.Subscript(value=whole, slice=key) if not isinstance(node.ctx, ast.Store):
                pass
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn(), *_], comparators=[whole, *_]):
                pass
            case _:
                return None
        kind = self.kind(whole)
        return (kind, key) if kind else None

    # What is found on the way through a module.

    def visit(self, node: ast.AST) -> None:
        read = self.read(node)
        if read:
            self.add(read[0], self.named.texts_of(read[1]))
        super().visit(node)

    def add(self, kind: Kind, names: set[str]) -> None:
        self.found.setdefault(kind, set()).update(names)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer = dict(self.holds), dict(self.keys)
        self.generic_visit(node)
        self.holds, self.keys = outer

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Assign(self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> None:
        kind = self.kind(node.value)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name) and kind:
                self.holds[target.id] = kind
        self.generic_visit(node)

    visit_AnnAssign = visit_NamedExpr = visit_Assign

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.iterate(node.target, node.iter, node)
        self.generic_visit(node)

    visit_AsyncFor = visit_For

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        for generator in node.generators:
            self.iterate(generator.target, generator.iter, node)
        self.generic_visit(node)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def iterate(self, target: ast.AST, source: ast.AST, loop: ast.AST) -> None:
        """`for name in data` gives names of a mapping; `for name in NAMES` reads those that it uses as a key."""
        key = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target
        if not isinstance(key, ast.Name):
            return
        kind = self.kind(source)
        if kind:
            self.keys[key.id] = kind
        names = self.named.members(source)
        reads = (self.read(node) for node in ast.walk(loop)) if names else ()
        for read in reads:
            if read and last_name(read[1]) == key.id:
                self.add(read[0], names)

    def visit_Compare(self, node: ast.Compare) -> None:
        """`name == "x"` and `name in NAMES`, where the name comes out of a mapping."""
        for one, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
            kind = self.keys.get(last_name(one))
            if kind:
                self.add(kind, self.named.texts_of(other) | self.named.members(other))
        self.generic_visit(node)

    def visit_MatchValue(self, node: ast.MatchValue) -> None:
        for kind in set(self.keys.values()):
            self.add(kind, self.named.texts_of(node.value))

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """`NAMES & data.keys()`."""
        for one, other in ((node.left, node.right), (node.right, node.left)):
            kind = self.kind(one) if isinstance(node.op, ast.BitAnd | ast.Sub) else None
            if kind:
                self.add(kind, self.named.members(other))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        match node:
            # A beginning of names: `name.startswith("aws_")`.
            case ast.Call(func=ast.Attribute(value=key, attr="startswith" | "removeprefix"), args=[start, *_]):
                kind = self.keys.get(last_name(key))
                if kind:
                    self.add(kind, {f"{text}*" for text in self.named.texts_of(start) | self.named.members(start)})
        if any(keyword.arg is None and self.kind(keyword.value) for keyword in node.keywords):
            # What is called, and what it may call in turn: `partial(completion, **data)`.
            handed = [one for one in node.args if isinstance(one, ast.Name | ast.Attribute)]
            self.called_with_whole.update(last_name(one) for one in (node.func, *handed))
        self.generic_visit(node)


def first(kinds: Iterable[Kind | None]) -> Kind | None:
    return next((kind for kind in kinds if kind), None)
