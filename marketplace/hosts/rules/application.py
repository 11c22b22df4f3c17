"""What an applicant tells, what is wrong with it, and the refusals until it is decided."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.errors import N_, FieldError, InvalidInput, Refusal
from marketplace.core.identity import Identity, Role
from marketplace.core.numbers import born_on, normal_uscc, plain_identity
from marketplace.hosts.rules.agreement import VERSION
from marketplace.uploads.rules import GivenFile

HOST, AGENCY = "HOST", "AGENCY"
KINDS = (HOST, AGENCY)
MOST_NAME = {HOST: 60, AGENCY: 120}
GROWN_UP_AT = 18
_CODE = re.compile(r"^[A-Z0-9]{3,12}$")
_PHONE = re.compile(r"^\d{7,15}$")

NOT_A_CODE = N_("口令是 3 到 12 个字母或数字,例如 YUNXIA。")
CODE_TAKEN = N_("口令 %(code)s 已经有人用了,请换一个。")
NOT_AN_IDENTITY = N_("身份证号是 18 位,最后一位是校验码,请核对。")
TOO_YOUNG = N_("主播和机构负责人须年满 18 周岁。")
NOT_A_PHONE = N_("请填写能打通的电话,例如 13800000000 或 0719-7221234。")
NO_PHOTO = N_("请上传证件的照片。")
NOT_AGREED = N_("请读完协议并勾选同意。")
USCC_KNOWN = N_("这个统一社会信用代码已经登记为机构,请联系该机构的管理人员。")


class State(StrEnum):
    WAITING = "WAITING"
    ADMITTED = "ADMITTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class ApplicationWaits(Refusal):
    code = "host.application_waits"
    message = N_("您有一份申请正在等运营中心审核。要改内容,请先撤回,再重新提交。")


class ApplicationDecided(Refusal):
    code = "host.application_decided"
    message = N_("这份申请已经有了结果,请刷新页面查看。")


class AlreadyAHost(Refusal):
    code = "host.already"
    message = N_("您已经是主播,不用再申请。要改名称或口令,请联系运营中心。")


class CodeGiven(Refusal):
    """Two may wish for the same code; whoever is admitted first has it."""

    code = "host.code_given"
    message = N_("口令 %(code)s 已经给了另一位主播。请驳回,并请申请人换一个口令。")


class AgencyAdmitted(Refusal):
    code = "host.agency_admitted"
    message = N_("统一社会信用代码 %(uscc)s 已经登记为机构。请驳回这份申请。")


class OwnCase(Refusal):
    """Four eyes: nobody decides about themselves or those they work for."""

    code = "host.own_case"
    status = 403
    message = N_("自己的申请、自己所在的主播或机构,要由另一位同事办理。")


class Unsealable(Refusal):
    code = "host.unsealable"
    message = N_("这份资料打不开:加密的密钥已经换过。请申请人重新提交。")


@dataclass(frozen=True)
class GivenApplication:
    """What was typed: for a host the name viewers know and a code, for an agency its licence."""

    kind: str
    name: str
    real_name: str
    identity: str
    phone: str
    code: str = ""
    uscc: str = ""
    photo: GivenFile | None = None
    agreement: str = ""
    # The county whose centre is asked.
    county_code: str = ""


def normal_code(typed: str) -> str:
    """Codes are kept in capitals, and viewers type them as they like."""
    return unicodedata.normalize("NFKC", typed).strip().upper()


def is_phone(typed: str) -> bool:
    plain = unicodedata.normalize("NFKC", typed).replace("-", "").replace(" ", "")
    return bool(_PHONE.match(plain)) and plain.isascii()


def wrong_application(given: GivenApplication, today: date) -> list[FieldError]:
    """What keeps an application from being handed in, by field."""
    identity = plain_identity(given.identity)
    checks = (
        ("code", NOT_A_CODE, given.kind != HOST or bool(_CODE.match(given.code))),
        ("identity", NOT_AN_IDENTITY, bool(identity)),
        ("identity", TOO_YOUNG, not identity or _is_grown_up(born_on(identity), today)),
        ("phone", NOT_A_PHONE, is_phone(given.phone)),
        ("photo", NO_PHOTO, given.photo is not None),
        ("agreement", NOT_AGREED, given.agreement == VERSION),
    )
    errors = [FieldError(field, words) for field, words, holds in checks if not holds]
    return errors + (_wrong_uscc(given.uscc) if given.kind == AGENCY else [])


def _is_grown_up(born: date, today: date) -> bool:
    return (born.year + GROWN_UP_AT, born.month, born.day) <= today.timetuple()[:3]


def _wrong_uscc(typed: str) -> list[FieldError]:
    try:
        normal_uscc(typed)
    except InvalidInput as refusal:
        return list(refusal.errors)
    return []


def decides(identity: Identity) -> bool:
    """Who admits and suspends, and may open what was sealed."""
    return identity.is_in_centre(Role.OPERATOR)
