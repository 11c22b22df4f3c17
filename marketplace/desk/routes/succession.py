"""Units are renamed, moved, merged and split: told by the centre, with day and reason."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.desk.forms.succession import (
    KINDS,
    PARTS,
    read_merger,
    read_move,
    read_rename,
    read_split,
)
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import operates, reads_desk
from marketplace.units.commands import merge_units, move_unit, rename_unit, split_unit
from marketplace.units.queries import (
    get_visible_unit,
    heirs_of,
    list_placements,
    list_predecessors,
)
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def wanted_kind() -> str:
    """Which change the address asks for."""
    what = request.args.get("what", "")
    return what if what in KINDS else KINDS[0]


def succession_page(unit_id: int) -> str:
    """How a unit came to be what it is, and the form for the next change."""
    identity = current_identity()
    return render_template(
        "desk/succession.html",
        unit=get_visible_unit(session(), identity, unit_id),
        what=wanted_kind(),
        parts=PARTS,
        placements=list_placements(session(), unit_id),
        heirs=heirs_of(session(), unit_id),
        predecessors=list_predecessors(session(), unit_id),
        may_write=operates(identity),
        today=day_of(now()),
    )


@blueprint.get("/desk/units/<int:unit_id>/succession")
@allow(reads_desk)
def succession(unit_id: int) -> str:
    return succession_page(unit_id)


def _rename(unit_id: int) -> int:
    name, change = read_rename(request.form)
    return rename_unit(session(), current_identity(), unit_id, name, change, now=now()).id


def _move(unit_id: int) -> int:
    parent_id, change = read_move(session(), current_identity().area, request.form)
    return move_unit(session(), current_identity(), unit_id, parent_id, change, now=now()).id


def _merge(unit_id: int) -> int:
    merger, change = read_merger(session(), current_identity().area, unit_id, request.form)
    return merge_units(session(), current_identity(), merger, change, now=now()).id


def _split(unit_id: int) -> int:
    parts, change = read_split(request.form)
    split_unit(session(), current_identity(), unit_id, parts, change, now=now())
    return unit_id


CHANGES = {"rename": _rename, "move": _move, "merge": _merge, "split": _split}


@blueprint.post("/desk/units/<int:unit_id>/succession")
@allow(operates)
@shown_again_by(succession_page)
def change_unit(unit_id: int) -> ResponseReturnValue:
    get_visible_unit(session(), current_identity(), unit_id)
    changed_id = CHANGES[wanted_kind()](unit_id)
    commit()
    flash(_("变更已办理,从生效日期起按新的单位计算。"))
    return redirect(url_for("desk.succession", unit_id=changed_id))
