"""Administration: `create-user`, `grant`, `token`."""

import click
from flask import current_app
from flask.cli import with_appcontext

from marketplace.accounts import commands
from marketplace.accounts.commands import Grant, NewPerson
from marketplace.accounts.commands.login import create_token
from marketplace.accounts.commands.outside import invite_outside
from marketplace.accounts.commands.second_step import reset_second_step
from marketplace.accounts.queries import find_person
from marketplace.accounts.rules.logins import normal_login
from marketplace.accounts.rules.passwords import fit_and_hash
from marketplace.core.identity import OrganisationKind, Role
from marketplace.units.queries import get_centre
from marketplace.web import commit, now, session


class NoSuchPerson(click.ClickException):
    def __init__(self, login: str) -> None:
        super().__init__(f"Nobody has the login {login!r}.")


@click.command("create-user")
@click.argument("login")
@click.argument("name")
@click.password_option(help="Asked for when it is not given; other users can see command lines.")
@with_appcontext
def create_user(login: str, name: str, password: str) -> None:
    """Creates a person who can log in."""
    # Hashing takes long on purpose; on SQLite nobody could write during it in a transaction.
    made = NewPerson(login, name, fit_and_hash(password, normal_login(login)))
    person = commands.create_person(session(), made, now())
    commit()
    click.echo(f"{person.login} can log in now.")


@click.command("grant")
@click.argument("login")
@click.argument("role", type=click.Choice([role.value for role in Role], case_sensitive=False))
@click.option("--unit", type=int, help="The id of a budget unit.")
@click.option("--producer", type=int, help="The id of a producer.")
@click.option("--host", type=int, help="The id of a livestream host.")
@click.option("--agency", type=int, help="The id of an agency of livestream hosts.")
@click.option("--contractor", type=int, help="The id of a canteen contractor.")
@click.option("--centre", is_flag=True, help="The operations centre of the county.")
@click.option("--area", help="With --centre: of another county or area, by its digits.")
@with_appcontext
def grant_role(login: str, role: str, area: str | None, **where: int | None) -> None:
    """Gives a person a role in one organisation."""
    if area is not None and not where["centre"]:
        raise click.UsageError("--area goes with --centre.")
    kind, organisation_id = _organisation(where, area)
    person = find_person(session(), login)
    if person is None:
        raise NoSuchPerson(login)
    wanted = Grant(person.id, kind, organisation_id, role)
    commands.grant(session(), wanted, now(), actor_id=None)
    commit()
    click.echo(f"{login} is {role} of {kind} {organisation_id} now.")


def _organisation(where: dict[str, int | None], area: str | None) -> tuple[OrganisationKind, int]:
    """The one organisation that was named."""
    given = {OrganisationKind[name.upper()]: value for name, value in where.items() if value}
    if len(given) != 1:
        names = "--unit, --producer, --host, --agency, --contractor, --centre"
        raise click.UsageError(f"Name one of {names}.")
    ((kind, number),) = given.items()
    if kind is OrganisationKind.CENTRE:
        own: str = current_app.config["SETTINGS"].county_code
        return kind, get_centre(session(), own if area is None else area).id
    held = (str(kind), number)
    if not current_app.extensions["organisation_names"](session(), [held])[held]:
        raise click.ClickException(f"There is no {kind.lower()} {number}.")
    return kind, number


@click.command("reset-second-step")
@click.argument("login")
@click.option("--reason", required=True, help="How the person was recognised; kept in the trail.")
@with_appcontext
def reset_steps(login: str, reason: str) -> None:
    """Takes every second step away from somebody who lost them, and logs them out everywhere."""
    person = find_person(session(), login)
    if person is None:
        raise NoSuchPerson(login)
    reset_second_step(session(), person.id, reason, now())
    commit()
    click.echo(f"{login} logs in with the password alone now, and can enrol anew.")


@click.command("invite-outside")
@click.argument("login")
@click.argument("provider")
@click.argument("mail")
@with_appcontext
def invite(login: str, provider: str, mail: str) -> None:
    """Vouches that MAIL at PROVIDER is this person: for seven days the first who comes from there
    with that verified address is linked to the account."""
    person = find_person(session(), login)
    if person is None or person.deactivated_at is not None:
        raise NoSuchPerson(login)
    known = {one.name for one in current_app.config["SETTINGS"].providers}
    if provider not in known:
        raise click.UsageError(f"OIDC_PROVIDERS names {', '.join(sorted(known)) or 'nobody'}.")
    invite_outside(session(), person.id, (provider, mail), now())
    commit()
    click.echo(f"{mail} may come in by {provider} as {login} within seven days.")


@click.command("log-out")
@click.argument("login", required=False)
@click.option("--everybody", is_flag=True, help="All people, on all devices.")
@click.option("--reason", required=True, help="Kept in the trail.")
@with_appcontext
def log_out(login: str | None, reason: str, *, everybody: bool) -> None:
    """Ends all sessions and tokens of one person, or of everybody, from the next click on."""
    if bool(login) is everybody:
        raise click.UsageError("Name a login, or --everybody.")
    person = find_person(session(), login) if login else None
    if login and person is None:
        raise NoSuchPerson(login)
    ended = commands.end_all_sessions(session(), person.id if person else None, reason, now())
    commit()
    click.echo(f"{ended} can log in anew.")


@click.command("token")
@click.argument("login")
@with_appcontext
def give_token(login: str) -> None:
    """Prints a bearer token of the API for a person, once: only its hash is kept."""
    person = find_person(session(), login)
    if person is None or person.deactivated_at is not None:
        raise NoSuchPerson(login)
    issued = create_token(session(), person, now())
    commit()
    click.echo(issued.token)
    click.echo(f"Good until {issued.expires_at:%Y-%m-%d}.", err=True)
