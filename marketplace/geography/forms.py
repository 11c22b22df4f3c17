"""A village as people type it: by its name, or as a list offers it."""

from collections.abc import Mapping, Sequence

from marketplace.core.errors import N_
from marketplace.core.heads import fold
from marketplace.web.fields import Fields

NO_SUCH_VILLAGE = N_("没有叫这个名字的村。请写村的全名,或从列表中选一个。")
MANY_VILLAGES = N_("不止一个村叫这个名字。请在前面写上乡镇,或从列表中选一个。")


def read_village(
    fields: Fields, name: str, villages: Mapping[str, Sequence[str]], *, required: bool = True
) -> str:
    """The code of a village. `villages`: folded name or code → the codes that it may mean."""
    typed = fields.text(name, 80, required=required)
    if not typed:
        return ""
    # A list offers 「420304101201 会沟村」: what follows the code is for the reader.
    codes = villages.get(fold(typed.split()[0])) or villages.get(fold(typed), ())
    if len(codes) == 1:
        return codes[0]
    fields.refuse(name, MANY_VILLAGES if codes else NO_SUCH_VILLAGE)
    return ""
