"""Papers that are asked for and fetched."""

from marketplace.api.schemas.fields import (
    Choice,
    Input,
    Instant,
    Output,
    Text,
    amount,
    several,
    texts,
    words,
)
from marketplace.api.schemas.paging import PageOutput, Paging
from marketplace.core.errors import N_
from marketplace.documents.rules.kinds import FORMATS, KINDS, LONGEST_OBJECT

_OBJECT = {
    "description": N_("purchase:12、order:31、refund:4、unit:17/2026 或 producer:3/2026-11。")
}


class NewPaper(Input):
    """Which paper of what, and in which format."""

    kind = Choice(KINDS, example="purchase_order", required=True)
    object = Text("purchase:12", most=LONGEST_OBJECT, required=True, metadata=_OBJECT)
    format = Choice(FORMATS, required=True)


class PapersQuery(Paging):
    object = Text("purchase:12", most=LONGEST_OBJECT, required=True, metadata=_OBJECT)


class PaperOut(Output):
    """WAITING or DONE. The facts were frozen at `asked_at`; asked for again while they are the
    same, it is the same paper."""

    id = amount(8)
    number = words("7K2M9QX4CD31")
    kind = words("purchase_order")
    object = words("purchase:12")
    format = words("pdf")
    state = words("DONE")
    asked_at = Instant()
    done_at = Instant(allow_none=True)
    facts_sha256 = words("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    size = amount(48_213, allow_none=True)
    sha256 = words(
        "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", allow_none=True
    )
    parts = amount(0)
    parts_done = amount(0)


class PaperFileOut(PaperOut):
    """A paper with its file, once it is DONE."""

    file_name = words("purchase_order-purchase-12-7K2M9QX4CD31.pdf")
    content_base64 = words("JVBERi0xLjcK", allow_none=True)


class PaperPage(PageOutput):
    """The papers of an object, and the kinds that can be had of it now."""

    items = several(PaperOut)
    available = texts("purchase_order", "approval_sheet")
