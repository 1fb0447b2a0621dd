"""One-thing changes of a module's source: found, described, and made. Uses no database.

The words of sentences, names of fields, annotations, decorators and imports are left alone.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
}
# Calls on rows that narrow them: left out, more rows are found.
NARROWING = frozenset(
    "filter exclude in_force unsent kept submitted visible_to as_at held oldest_first".split()
)
# Calls whose conditions are left out one by one.
CONDITIONS = frozenset({"filter", "exclude", "Q", "get"})
# What these say is nobody's rule.
SAYING = frozenset({"_", "gettext", "gettext_lazy", "ngettext", "warning", "exception"})


MAX_LENGTH, AROUND = 120, 20
# In place of a number: the source as it is, run in the way of a change.
NO_CHANGE = "none"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: where it stands, what stood there, what stands there now."""

    line: int
    last_line: int
    where: str  # the function or class, "Access.may"
    before: str
    after: str
    make: Callable[[], None]  # in the tree that it was found in

    @property
    def name(self) -> str:
        """How it is called whatever line it moves to."""
        return f"{self.where}: {self.before} → {self.after}"


def changes_in(tree: ast.Module) -> list[Change]:
    """All changes that can be made in a module, always in the same order."""
    return list(_below(tree, "module"))


def changed_source(source: str, number: int) -> str:
    """The source with the change of this number made."""
    tree = ast.parse(source)
    changes_in(tree)[number].make()
    return ast.unparse(ast.fix_missing_locations(tree))


def _below(parent: ast.AST, where: str) -> Iterator[Change]:
    """The changes of everything below a node, each child before what is below it."""
    for name, value in ast.iter_fields(parent):
        if name in {"annotation", "returns", "decorator_list", "bases", "type_params"}:
            continue
        for place, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _is_left_alone(child):
                continue
            at = place if isinstance(value, list) else None
            for other in _instead_of(child, parent):
                yield _change(parent, name, at, child, other, where)
            yield from _below(child, _where(child, where))


def _change(
    parent: ast.AST, name: str, at: int | None, child: ast.AST, other: ast.AST, where: str
) -> Change:
    def make() -> None:
        if at is None:
            setattr(parent, name, other)
        else:
            getattr(parent, name)[at] = other

    before, after = _different(_one_line(child), _one_line(other))
    first, last = _lines(child)
    return Change(first, last, where, before, after, make)


def _lines(node: ast.AST) -> tuple[int, int]:
    """The lines of a node; of a condition, those of the question."""
    match node:
        case ast.comprehension():
            return node.target.lineno, node.ifs[-1].end_lineno or node.target.lineno
        case ast.If():
            node = node.test
    return node.lineno, node.end_lineno  # type: ignore[attr-defined]


def _where(node: ast.AST, above: str) -> str:
    if not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return above
    return node.name if above == "module" else f"{above}.{node.name}"


def _one_line(node: ast.AST) -> str:
    head = node.test if isinstance(node, ast.If) else node
    prefix = "if " if isinstance(node, ast.If) else ""
    return prefix + " ".join(ast.unparse(head).split())


def _different(before: str, after: str) -> tuple[str, str]:
    """Long lines without what they have in common."""
    if len(before) <= MAX_LENGTH:
        return before, after
    start = max(0, _in_common(before, after) - AROUND)
    end = max(0, _in_common(before[::-1], after[::-1]) - AROUND)
    end = min(end, len(before) - start, len(after) - start)
    return tuple(f"…{words[start : len(words) - end]}…" for words in (before, after))  # type: ignore[return-value]


def _in_common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(one, other)))  # noqa: B905


def _is_left_alone(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.expr_context():
            return True
        case ast.Expr(value=ast.Constant()):  # a docstring
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Call():
            return _called(node) in SAYING
    return not hasattr(node, "lineno") and not isinstance(node, ast.comprehension | ast.arguments)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _instead_of(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    match node:
        case ast.Compare(ops=[only]) if type(only) in SWAPPED:
            yield _with(node, ops=[SWAPPED[type(only)]()])
        case ast.BoolOp():
            yield _with(node, op=SWAPPED[type(node.op)]())
            yield from _without_one(node, "values")
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield node.operand
        case ast.BinOp() | ast.AugAssign() if type(node.op) in SWAPPED:
            yield _with(node, op=SWAPPED[type(node.op)]())
        case ast.Constant(value=bool()):
            yield ast.copy_location(ast.Constant(not node.value), node)
        case ast.Constant(value=int() as number) if not _is_for_speed(parent):
            yield ast.copy_location(ast.Constant(number + 1), node)
        case ast.Return(value=ast.expr() as value) if not _is_nothing(value):
            yield _with(node, value=ast.copy_location(ast.Constant(None), node))
        case ast.If() | ast.IfExp():
            yield _with(node, test=_not(node.test))
        case ast.Raise() | ast.Expr(value=ast.Call()):
            if not _only_says(node):
                yield ast.copy_location(ast.Pass(), node)
        case ast.Assign(targets=targets) if all(isinstance(t, ast.Attribute) for t in targets):
            yield ast.copy_location(ast.Pass(), node)
        case ast.Dict() if len(node.keys) > 1 and not _fills_in(parent):
            for place in range(len(node.keys)):
                keys, values = list(node.keys), list(node.values)
                del keys[place], values[place]
                yield _with(node, keys=keys, values=values)
        case ast.Set():
            yield from _without_one(node, "elts")
        case ast.Call():
            yield from _calls_instead_of(node)
        case ast.comprehension(ifs=[_, *_]):
            yield _with(node, ifs=[])


def _calls_instead_of(node: ast.Call) -> Iterator[ast.AST]:
    name = _called(node)
    if name in NARROWING and isinstance(node.func, ast.Attribute):
        inner = node.func.value
        # `Comment.objects.filter(…)` without the call is still a manager.
        yield _call_of(inner, "all") if isinstance(inner, ast.Attribute) else inner
    if name in CONDITIONS and len(node.args) + len(node.keywords) > 1:
        yield from _without_one(node, "keywords")


def _without_one(node: ast.AST, name: str) -> Iterator[ast.AST]:
    """The node without each of a list's members; of two, the other stands alone."""
    members = getattr(node, name)
    for place in range(len(members)):
        left = [member for at, member in enumerate(members) if at != place]
        if isinstance(node, ast.BoolOp) and len(left) == 1:
            yield left[0]
        elif left or name == "keywords":
            yield _with(node, **{name: left})


def _with(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _not(test: ast.expr) -> ast.expr:
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _call_of(value: ast.expr, name: str) -> ast.expr:
    call = ast.Call(ast.Attribute(value, name, ast.Load()), [], [])
    return ast.copy_location(call, value)


def _is_nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and not value.value


def _fills_in(parent: ast.AST) -> bool:
    """Whether words are set into a sentence."""
    return isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod)


def _is_for_speed(parent: ast.AST) -> bool:
    return isinstance(parent, ast.keyword) and parent.arg == "batch_size"


def _only_says(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and _called(call) in SAYING
