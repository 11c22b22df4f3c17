"""`flask create-centre`: another county, or a wider area, in the same deployment."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from marketplace.audit.commands import record
from marketplace.geography.commands import load_places
from marketplace.units.commands import NewCentre, create_centre
from marketplace.web import commit, now, session

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("create-centre")
@click.argument("area")
@click.argument("name")
@click.option("--account-name", default="", help="Whose account buyers pay into.")
@click.option("--account-number", default="", help="Its number.")
@click.option("--bank", default="", help="Its bank.")
@click.option("--townships", type=FILE, help="CSV: code, name, county_code (twelve digits each).")
@click.option("--villages", type=FILE, help="CSV: code, name, official_name, township_code, kind.")
@with_appcontext
def create(
    area: str, name: str, townships: Path | None, villages: Path | None, **account: str
) -> None:
    """Makes the centre of AREA: six digits of a county, four of a city, two of a province, "" of
    the nation; one that is there is brought up to date. With files, also its places.

    As soon as there is a second centre, officials see their own area only.
    """
    places = load_places(session(), townships, villages)
    values = (account["account_name"], account["account_number"], account["bank"])
    centre = create_centre(session(), NewCentre(name, area, *values))
    record(
        session(),
        now(),
        actor_id=None,
        action="centre.made",
        object_kind="centre",
        object_id=centre.id,
        before=None,
        after={"area": centre.county_code, "name": centre.name},
    )
    commit()
    click.echo(f"{centre.name} looks after {centre.county_code or 'everything'} now.")
    if places.townships or places.villages:
        click.echo(f"{places.townships} townships and {places.villages} villages are known.")
