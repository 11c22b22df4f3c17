"""Papers of a recognition: the application, and its public notice."""

from datetime import date

from sqlalchemy.orm import Session

from marketplace.certification.queries import ApplicationView
from marketplace.certification.rules import State
from marketplace.core.clock import day_of
from marketplace.documents.rules import words
from marketplace.documents.rules.sheet import Sheet, Table
from marketplace.producers.queries import get_producer

REQUIREMENTS = {
    "BENEFIT_TRUE": "所说的带动脱贫户情况属实",
    "PRICE_FAIR": "价格不高于市场同类商品",
    "LICENCE_VALID": "统一社会信用代码有效",
    "FOOD_LICENCE": "食品许可或备案已登记",
    "ORIGIN_HERE": "产地都在本县的村",
    "BENEFIT_SEEN": "乡镇已到村核实带动情况",
    "QUALITY_SEEN": "行业部门已看过质量和检测报告",
}
PROOFS = {"ATTESTED": "供应商声明", "SYSTEM": "系统核对", "PERSON": "人工核实"}
STATES = {"OPEN": "未核实", "MET": "符合", "WAIVED": "免予核实"}
RUNGS = {
    "APPLICANT": "供应商",
    "TOWNSHIP": "乡镇初审",
    "SECTOR": "行业部门审核",
    "COUNTY": "县级认定",
    "NOTICE": "公示",
}
DEEDS = {
    "APPLIED": "提交申请",
    "PASSED": "通过",
    "RETURNED": "退回",
    "REFUSED": "不予认定",
    "WITHDRAWN": "撤回申请",
    "UNPAPERED": "移除附件",
    "CERTIFIED": "签发证书",
}


def has_been_noticed(of: ApplicationView) -> bool:
    return of.row.state in (State.NOTICE, State.CERTIFIED)


def application_sheet(session: Session, of: ApplicationView, _today: date) -> Sheet:
    """The application with what it showed and everyone who looked at it."""
    producer = get_producer(session, of.row.producer_id)
    facts = (
        ("申请编号", of.row.number),
        ("申请单位", producer.name),
        ("统一社会信用代码", producer.uscc),
        ("食品许可或备案", producer.food_licence or "—"),
        ("申请日期", words.day(day_of(of.row.applied_at))),
        ("怎样带动脱贫户", of.statement),
    )
    requirements = tuple(
        (
            REQUIREMENTS[one.code],
            PROOFS[one.proof],
            STATES[one.state],
            one.words or "—",
            one.who or "系统",
        )
        for one in of.requirements
    )
    steps = tuple(
        (
            words.day(day_of(one.at)),
            RUNGS[one.rung],
            DEEDS[one.kind],
            one.who or "系统",
            one.words or "—",
        )
        for one in of.steps
    )
    tables = (
        _products(of),
        Table("认定条件", ("条件", "怎样核实", "结果", "说明", "核实人"), requirements),
        Table("经过", ("日期", "环节", "办理", "办理人", "意见"), steps),
    )
    signers = ("申请单位", "乡镇", "行业部门", "县级")
    return Sheet("扶贫产品认定申请表", producer.name, facts, tables, signers=signers)


def public_notice(session: Session, of: ApplicationView, _today: date) -> Sheet:
    """What is published before a certificate is issued."""
    producer = get_producer(session, of.row.producer_id)
    assert of.row.notice_from is not None, of.row
    assert of.row.notice_until is not None, of.row
    facts = (
        ("申请编号", of.row.number),
        ("申请单位", producer.name),
        ("公示开始", words.day(of.row.notice_from)),
        ("公示截止", words.day(of.row.notice_until)),
    )
    clauses = (
        "以上产品经乡镇初审、行业部门审核、县级认定,现予公示。",
        "对公示内容有异议的,请在公示期内向运营中心实名反映,写明理由和联系方式。",
    )
    return Sheet("扶贫产品认定公示", producer.name, facts, (_products(of),), clauses=clauses)


def _products(of: ApplicationView) -> Table:
    rows = tuple(
        (one.name, one.renews or "—", one.certificate_number or "—") for one in of.products
    )
    return Table("申请的产品", ("产品", "续办的认定编号", "签发的认定编号"), rows)
