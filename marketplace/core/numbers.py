"""Numbers that papers bear, told from a slip of the pen by their check characters."""

import unicodedata
from datetime import date

from stdnum.cn import ric
from stdnum.cn import uscc as checked_uscc
from stdnum.exceptions import ValidationError

from marketplace.core.errors import N_, invalid

BAD_USCC = N_("统一社会信用代码是 18 位,最后一位是校验码。请对照营业执照核对。")


def plain_identity(typed: str) -> str:
    """An identity number (GB 11643) as it is kept; nothing where it is none.

    Eighteen places, a day of birth that exists, and the check character. The district is not
    looked at: a number keeps the one of its birth, whatever became of it.
    """
    plain = "".join(unicodedata.normalize("NFKC", typed).split()).upper()
    body = plain[:17]
    if len(plain) != 18 or not (body.isascii() and body.isdigit()):
        return ""
    try:
        ric.get_birth_date(plain)
    except ValidationError:
        return ""
    return plain if ric.calc_check_digit(plain) == plain[-1] else ""


def born_on(identity: str) -> date:
    """The day of birth that a plain identity number tells."""
    return ric.get_birth_date(identity)


def normal_uscc(text: str) -> str:
    """The unified social credit code (GB 32100) without blanks. Raises InvalidInput."""
    try:
        return str(checked_uscc.validate(text))
    except ValidationError:
        raise invalid("uscc", BAD_USCC) from None
