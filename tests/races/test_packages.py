"""A package is asked for while the last of its papers is printed: it is packed all the same."""

from threading import Thread

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from marketplace.documents.commands import PACK_JOB, PaperWish, ask_for_paper, keep_print
from marketplace.documents.models import Paper, PaperPart
from marketplace.outbox.models import OutboxMessage
from tests.county import START, County


def test_the_last_part_that_is_printed_meanwhile_is_not_missed(
    session: Session, crowded: Engine, county: County
) -> None:
    wish = PaperWish("unit_audit_package", f"unit:{county.unit_id}/2026", "zip")
    package_id = ask_for_paper(session, county.finance, wish, START)
    # As if each part had been asked for alone, before there was a package.
    session.execute(delete(PaperPart))
    session.execute(delete(Paper).where(Paper.id == package_id))
    *printed, last = session.scalars(select(Paper.id).order_by(Paper.id)).all()
    for part_id in printed:
        keep_print(session, part_id, b"printed", START)
    session.commit()
    package_id = ask_for_paper(session, county.finance, wish, START)

    def print_last() -> None:
        with Session(crowded) as mine:
            keep_print(mine, last, b"printed", START)
            mine.commit()

    printer = Thread(target=print_last)
    printer.start()
    # Whoever asks for the package is not done yet; the printer either waits or is done by now.
    printer.join(timeout=1)
    session.commit()
    printer.join(timeout=30)
    number = session.scalars(select(Paper.number).where(Paper.id == package_id)).one()
    asked = select(func.count()).where(
        OutboxMessage.job == PACK_JOB, OutboxMessage.effect_key == f"pack:{number}"
    )
    assert session.scalar(asked) == 1
