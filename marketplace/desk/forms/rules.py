"""A rule of the quota as it is typed."""

import unicodedata

from werkzeug.datastructures import MultiDict

from marketplace.core.errors import N_
from marketplace.geography.rules import is_within
from marketplace.quota.rules import Basis, RecognitionPoint
from marketplace.quota.rules.texts import FUNDS, RuleText
from marketplace.web.fields import Fields

NOT_A_CODE = N_("请用小写英文字母、数字和连字符,例如 union-cap。")
NOT_OWN_AREA = N_("规则只能写在本中心管理的区域,请填写以 %(area)s 开头的区划代码。")
HUNDREDTH_OF_A_PERCENT = 100


def read_rule(values: MultiDict[str, str], year: int, own_area: str) -> RuleText:
    """Everything a version says. Whether it makes sense as a whole is judged by the rule itself."""
    fields = Fields(values)
    text = RuleText(
        code=_code(fields),
        year=year,
        name=fields.text("name", 120),
        basis=fields.choice("basis", list(Basis)),
        area=unicodedata.normalize("NFKC", fields.text("area", 12)),
        funds=tuple(fund for fund in FUNDS if fund in values.getlist("funds")),
        legal_reference=fields.text("legal_reference", 200),
        amount_fen=_amount(fields, "amount"),
        ratio_ppm=_amount(fields, "ratio") * HUNDREDTH_OF_A_PERCENT,
        certificate_required=values.get("certificate_required") == "1",
        freight_counts=values.get("freight_counts") == "1",
        recognition_point=fields.choice("recognition_point", list(RecognitionPoint)),
        is_hard=values.get("is_hard") == "1",
        origin_prefixes=_prefixes(fields),
    )
    if not is_within(text.area, own_area):
        fields.refuse("area", NOT_OWN_AREA, area=own_area)
    fields.check()
    return text


def as_typed(ratio_ppm: int) -> int:
    """A ratio as it is typed: a percentage with two decimals, which reads like an amount."""
    return ratio_ppm // HUNDREDTH_OF_A_PERCENT


def _code(fields: Fields) -> str:
    code = fields.text("code", 40)
    if code and not (code.isascii() and code.replace("-", "").isalnum() and code == code.lower()):
        fields.refuse("code", NOT_A_CODE)
    return code


def _amount(fields: Fields, name: str) -> int:
    typed = fields.values.get(name, "").strip()
    return fields.yuan(name, least_fen=0) if typed else 0


def _prefixes(fields: Fields) -> tuple[str, ...]:
    typed = unicodedata.normalize("NFKC", fields.text("origins", 180, required=False))
    return tuple(part.strip() for part in typed.replace("、", ",").split(",") if part.strip())
