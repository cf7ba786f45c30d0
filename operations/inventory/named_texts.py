"""The texts and lists of texts which have a name somewhere in a program's source: `KEY = "x"`, `KEYS = ("x", "y")`."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.-]*")


class NamedTexts:
    """All such texts of a program. Equal names of several modules count as one that has all their texts."""

    def __init__(self) -> None:
        self.texts: dict[str, set[str]] = defaultdict(set)
        self.lists: dict[str, set[str]] = defaultdict(set)
        self._assigned: list[tuple[str, ast.AST]] = []

    def add(self, tree: ast.Module) -> None:
        for name, value in assignments(tree):
            self._assigned.append((name, value))
            text = text_of(value)
            if text is not None:
                self.texts[name].add(text)

    def resolve(self) -> None:
        """To be called once everything is added. Lists are made of others: the more passes, the more of these are found."""
        for _ in range(3):
            for name, value in self._assigned:
                self.lists[name] |= self.members(value)

    def texts_of(self, node: ast.AST) -> set[str]:
        """What a key may be: a text, or one by its name, also `Keys.X` and `Keys.X.value`."""
        text = text_of(node)
        if text is not None:
            return {text}
        if isinstance(node, ast.Attribute) and node.attr == "value":
            return self.texts_of(node.value)
        is_named = isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and is_class_or_capitals(node))
        return self.texts.get(last_name(node), set()) if is_named else set()

    def members(self, node: ast.AST | None) -> set[str]:
        """The texts in a list, a set, a mapping's keys, a Literal, or in what is made of those."""
        match node:
            case ast.List() | ast.Tuple() | ast.Set():
                return {text for one in node.elts for text in self.texts_of(one) | self.unpacked(one)}
            case ast.Dict():
                return {text for key in node.keys if key for text in self.texts_of(key)}
            case ast.Call():
                inside = [*node.args, *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
                return {text for one in inside for text in self.members(one)}
            case ast.BinOp():
                return self.members(node.left) | self.members(node.right)
            case ast.Subscript():
                return self.members(node.slice) | self.texts_of(node.slice)
            case ast.Name() | ast.Attribute():
                return self.lists.get(last_name(node), set())
        return set()

    def unpacked(self, node: ast.AST) -> set[str]:
        return self.members(node.value) if isinstance(node, ast.Starred) else set()


def assignments(scope: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Each assignment of a value to a name in a module or a class, not in its functions."""
    for node in ast.iter_child_nodes(scope):
        match node:
            case ast.Assign():
                yield from ((last_name(target), node.value) for target in node.targets)
            case ast.AnnAssign(value=ast.expr()):
                yield last_name(node.target), node.value
            case ast.ClassDef() | ast.If() | ast.Try() | ast.With():
                yield from assignments(node)


def is_class_or_capitals(node: ast.Attribute) -> bool:
    """Whether this is constant by its looks: `Headers.timeout` or `constants.TIMEOUT`, but not `self.timeout`."""
    return node.attr.isupper() or last_name(node.value)[:1].isupper()


def text_of(node: ast.AST) -> str | None:
    """A text that may be a parameter's or a header's name."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text and NAME.fullmatch(node.value) else None


def last_name(node: ast.AST) -> str:
    """`metadata` for `self.request.metadata`, and the same for what is called, awaited or unpacked."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case ast.Call():
            return last_name(node.func)
        case ast.Await() | ast.Starred() | ast.Subscript() | ast.NamedExpr():
            return last_name(node.value)
    return ""
