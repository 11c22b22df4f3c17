"""What is required of an applicant, as rows: who settles each, and in which words."""

from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.errors import N_

MOST_WORDS = 500
# A step keeps the code of the requirement before what was said of it.
MOST_SETTLED = 400


class By(StrEnum):
    """Who settles a requirement."""

    APPLICANT = "APPLICANT"
    SYSTEM = "SYSTEM"
    PERSON = "PERSON"


class Settled(StrEnum):
    OPEN = "OPEN"
    ATTESTED = "ATTESTED"
    CHECKED = "CHECKED"
    VERIFIED = "VERIFIED"
    WAIVED = "WAIVED"


@dataclass(frozen=True)
class Requirement:
    code: str
    by: By
    words: str
    # Only asked of those who sell food.
    of_food: bool = False


REQUIREMENTS = (
    Requirement("uscc", By.SYSTEM, N_("统一社会信用代码的校验码正确,没有登记给别家")),
    Requirement("village", By.SYSTEM, N_("所在村和带动的村都在名单中,没有撤并")),
    Requirement("validity", By.SYSTEM, N_("营业执照和食品证件都在有效期内")),
    Requirement("true", By.APPLICANT, N_("所填内容和上传的证照真实有效")),
    Requirement("account", By.APPLICANT, N_("收款账户是本单位的对公账户,户名与名称一致")),
    Requirement("conduct", By.APPLICANT, N_("没有被列入严重违法失信名单")),
    Requirement("licence", By.PERSON, N_("营业执照与名称、信用代码、法定代表人一致")),
    Requirement("food", By.PERSON, N_("食品证件与编号、有效期、经营范围一致"), of_food=True),
    Requirement("legal", By.PERSON, N_("核对过法定代表人(负责人)的身份")),
    Requirement("benefits", By.PERSON, N_("带动的村、户数和方式与村里的台账一致")),
)
KNOWN = {one.code: one for one in REQUIREMENTS}
ATTESTED = tuple(one.code for one in REQUIREMENTS if one.by == By.APPLICANT)
FIRST = {
    By.SYSTEM: Settled.CHECKED,
    By.APPLICANT: Settled.ATTESTED,
    By.PERSON: Settled.OPEN,
}


def required_of(*, sells_food: bool) -> tuple[Requirement, ...]:
    return tuple(one for one in REQUIREMENTS if sells_food or not one.of_food)
