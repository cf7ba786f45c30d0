"""The names of the configuration file with which LiteLLM does something only under an Enterprise licence.

Its code asks for the licence in `if premium_user is not True: raise …`, or calls a function that does. In a class that is
chosen by a name, as in `if callback == "gcs_bucket": GCSBucketLogger()`, a check is about that name. Elsewhere, what it
is about stands in its own condition, in those around it, or in what its function reads.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from config_reads import LOADER, ConfigReads
from key_reads import Kind
from named_texts import NamedTexts, last_name

CHECKS = re.compile(r"premium_user_check$|require_enterprise_license$")
# What the variables are called that choose a class, and what their names are.
CHOICES = {"callback": "callbacks", "logging_integration": "callbacks", "key_management_system": "secretManagers"}

Found = dict[Kind, set[str]]


class LicensedNames(ast.NodeVisitor):
    """Collects the names that checks of the licence are about, by the part of the file."""

    def __init__(self, named: NamedTexts, settings: set[str], chosen: "ClassesByName", found: Found) -> None:
        """`settings` are the attributes of the module `litellm` that are settings, `chosen` how classes are chosen."""
        self.named = named
        self.settings = settings
        self.chosen = chosen
        self.found = found
        # What stands around a check: classes, functions, and the conditions that hold there.
        self.classes: list[str] = []
        self.functions: list[ast.AST] = []
        self.conditions: list[ast.expr] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.classes.append(node.name)
        self.generic_visit(node)
        self.classes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer, self.conditions = self.conditions, []
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()
        self.conditions = outer

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_If(self, node: ast.If) -> None:
        self.conditions.append(node.test)
        if wants_licence(node.test) and refuses(node.body):
            self.check()
        for one in node.body:
            self.visit(one)
        self.conditions.pop()
        for one in node.orelse:
            self.visit(one)
        self.visit(node.test)

    def visit_Call(self, node: ast.Call) -> None:
        if CHECKS.search(last_name(node.func)):
            self.check()
        self.generic_visit(node)

    def check(self) -> None:
        """Notes what a check at this place is about."""
        function = self.functions[-1] if self.functions else None
        about = self.chosen.names(self.classes, self.named)
        about = about or self.names(self.conditions, assigned(function))
        about = about or self.names([function] if function else [], {})
        for part, names in about.items():
            self.found.setdefault(part, set()).update(names)

    def names(self, nodes: Sequence[ast.AST], values: Mapping[str, ast.expr]) -> Found:
        """The names of the file in some nodes, also by variables with these values."""
        found: Found = {}
        for node in nodes:
            variables = (values.get(one.id) for one in ast.walk(node) if isinstance(one, ast.Name))
            for part in (node, *filter(None, variables)):
                ConfigReads(self.named, found, has_file=LOADER in self.classes).visit(part)
                found.setdefault("settings", set()).update(self.settings & attributes_of_litellm(part))
                found.setdefault("callbacks", set()).update(self.compared(part, "callback"))
        return {part: names for part, names in found.items() if names}

    def compared(self, node: ast.AST, name: str) -> Iterator[str]:
        """The texts that a variable is compared with: `callback == "x"`."""
        for one in ast.walk(node):
            if isinstance(one, ast.Compare) and last_name(one.left) == name and isinstance(one.ops[0], ast.Eq):
                yield from self.named.texts_of(one.comparators[0])


class ClassesByName(ast.NodeVisitor):
    """Collects by which names classes are chosen, and of which part of the file: `if callback == "x": Logger()`."""

    def __init__(self) -> None:
        self.choices: dict[str, list[tuple[Kind, ast.expr]]] = {}

    def visit_If(self, node: ast.If) -> None:
        match node.test:
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[name]) if last_name(left) in CHOICES:
                for one in (inner for statement in node.body for inner in ast.walk(statement)):
                    if isinstance(one, ast.Call):
                        choice = CHOICES[last_name(left)], name
                        self.choices.setdefault(last_name(one.func), []).append(choice)
        self.generic_visit(node)

    def names(self, classes: list[str], named: NamedTexts) -> Found:
        """What the first of some classes is chosen by that is chosen at all."""
        found: Found = {}
        for part, name in next((self.choices[one] for one in classes if one in self.choices), []):
            found.setdefault(part, set()).update(named.texts_of(name))
        return found


def wants_licence(test: ast.expr) -> bool:
    """Whether a condition holds without a licence: `premium_user is not True`, `not premium_user`."""
    for node in ast.walk(test):
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand) if last_name(operand) == "premium_user":
                return True
            case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=True)]):
                pass
            case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=False)]):
                pass
            case _:
                continue
        if last_name(left) == "premium_user":
            return True
    return False


def refuses(body: list[ast.stmt]) -> bool:
    nodes = [node for statement in body for node in ast.walk(statement)]
    return any(isinstance(node, ast.Raise | ast.Return) or last_name(node) == "not_premium_user" for node in nodes)


def assigned(function: ast.AST | None) -> dict[str, ast.expr]:
    """The value of each variable that a function assigns."""
    values: dict[str, ast.expr] = {}
    for node in ast.walk(function) if function else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                values[name] = node.value
    return values


def attributes_of_litellm(node: ast.AST) -> set[str]:
    """`litellm.x`."""
    found = (one for one in ast.walk(node) if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name))
    return {one.attr for one in found if one.value.id == "litellm"}
